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
      // By POST: what people type as an address does not belong into the log of addresses.
      const answer = await fetch(search.dataset.api, {
        method: "POST",
        headers: { "X-CSRF-Token": search.form.elements.csrf.value },
        body: new URLSearchParams({ search: typed }),
      });
      if (answer.ok) return (await answer.json()).items;
    } catch {
      // Away from the network nothing is found; the words stay, to be sent again.
    }
    return [];
  }

  const row_of = (one) => ({
    name: one.name,
    within: one.within,
    /** Look there without setting the pin. */
    show() {
      if (one.bbox) picker.show_box(one.bbox);
      else picker.show_point({ lon: one.lon, lat: one.lat });
    },
    go() {
      if (!one.bbox) return picker.choose({ lon: one.lon, lat: one.lat });
      picker.show_box(one.bbox);
      picker.say(words.areaFound.replace("{name}", one.name));
    },
  });

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
    const address = search.form.elements.address;
    const typed = search.value.trim() || (address ? address.value.trim() : "");
    if (!typed) return;
    search.value = typed;
    const rows = (await ask(typed)).map(row_of);
    if (!rows.length) return results.replaceChildren(element("p", words.nothing, "hint"));
    const list = element("ul", "", "found");
    list.append(...rows.map(item_of));
    results.replaceChildren(list);
    if (rows.length === 1) rows[0].show();
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
