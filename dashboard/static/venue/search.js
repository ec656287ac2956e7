/* Search among areas and venues without leaving the form; the map follows what is chosen. */
(function () {
  "use strict";
  const picker = window.venue_map && window.venue_map.picker;
  const search = document.getElementById("search");
  const results = document.getElementById("search-results");
  if (!picker || !search || !results) return;
  const words = picker.words;

  async function ask(typed) {
    try {
      const answer = await fetch(`${search.dataset.api}?${new URLSearchParams({ q: typed, limit: "6" })}`);
      if (answer.ok) return await answer.json();
    } catch {
      // Away from the network nothing is found; the words stay, to be sent again.
    }
    return { areas: [], venues: [] };
  }

  function rows_of(found) {
    const areas = found.areas.filter((one) => one.bbox).map((one) => {
      const name = (words.language === "en" && one.name_en) || one.name;
      const go = () => {
        picker.show_box(one.bbox);
        picker.say(words.areaFound.replace("{name}", name));
      };
      return { name, within: one.within.join(", "), go };
    });
    const venues = found.venues.filter((one) => one.lon !== null).map((one) => ({
      name: one.name,
      within: one.address || one.area_name || "",
      go: () => picker.choose({ lon: one.lon, lat: one.lat }),
    }));
    return [...areas, ...venues];
  }

  function element(kind, text, look = "") {
    const made = document.createElement(kind);
    made.textContent = text;
    made.className = look;
    return made;
  }

  function item_of(row) {
    const button = element("button", "");
    button.type = "button";
    button.append(element("strong", row.name), " ", element("span", row.within, "soft"));
    button.addEventListener("click", () => {
      results.replaceChildren();
      row.go();
      picker.focus();
    });
    const item = element("li", "");
    item.append(button);
    return item;
  }

  async function find() {
    const typed = search.value.trim();
    if (!typed) return;
    const rows = rows_of(await ask(typed));
    if (!rows.length) return results.replaceChildren(element("p", words.nothing, "hint"));
    const list = element("ul", "", "found");
    list.append(...rows.map(item_of));
    results.replaceChildren(list);
  }

  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    find();
  });
  search.form.querySelector('button[name="do"][value="search"]').addEventListener("click", (event) => {
    event.preventDefault();
    find();
  });
})();
