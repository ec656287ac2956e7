/* Who says that a venue has its level: signs and words, for venues and areas. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const { h } = antoan;
  const GRADES = ["self_declared", "documents_checked", "inspected", "contested", "expired"];
  const CHECKED = ["documents_checked", "inspected"];
  antoan.trust_grades = GRADES;

  /** The sign of a grade: a ring that fills up the more was checked. */
  antoan.trust_sign = (grade) => h("span", { class: "trust-sign trust-sign--" + grade, "aria-hidden": "true" });

  antoan.trust_words = (grade, fmt) => (grade ? fmt.t("trust." + grade) : fmt.t("trust.none_short"));

  const sum = (shares, grades) => grades.reduce((total, grade) => total + shares[grade], 0);

  /** An area's trust in a few words, for rows of lists. */
  antoan.trust_short = function trust_short(trust, fmt) {
    if (!trust.shares) return fmt.t("trust.none_short");
    const share = sum(trust.shares, CHECKED);
    if (!share) return fmt.t("trust.all_self_declared_short");
    return fmt.t("trust.checked_share", { share: share < 0.01 ? "<1 %" : fmt.percent(share) });
  };

  /** Steps of 2 %: A none, B to Z and a to x some, y all; null where nothing was ever assessed. */
  function share_of(letter) {
    const at = letter.charCodeAt(0);
    return at < 65 ? null : at < 97 ? at - 65 : at - 71;
  }

  const step_words = (step, fmt) => (step === 1 ? "<3 %" : step === 49 ? ">97 %" : fmt.percent(step / 50));

  /** An area's trust for the tip, from the two letters of the compact answer. */
  antoan.trust_tip = function trust_tip(self_declared, inspected, fmt) {
    const seen = share_of(inspected);
    if (seen === null) return fmt.t("trust.none_short");
    const own = fmt.t("trust.tip.self_declared", { share: step_words(share_of(self_declared), fmt) });
    return own + " · " + (seen ? fmt.t("trust.tip.inspected", { share: step_words(seen, fmt) }) : fmt.t("trust.tip.unseen"));
  };

  /** Share of the venues that somebody else looked at; null where none was ever assessed. */
  antoan.checked_share = (trust) => (trust.shares ? sum(trust.shares, CHECKED) : null);

  /** The panel's block of an area: grades with counts, agreement, appeals. */
  antoan.trust_block = function trust_block(trust, fmt) {
    const { t } = fmt;
    if (!trust.shares) return null;
    const count = (grade) => Math.round(trust.shares[grade] * trust.graded);
    const is_bare = !sum(trust.shares, ["documents_checked", "inspected", "contested"]);
    return h("section", { class: "block trust-block" },
      h("h2", {}, t("trust.title")),
      is_bare ? h("p", { class: "trust-bare" }, antoan.trust_sign("self_declared"), t("trust.all_self_declared")) : null,
      h("div", { class: "stack", "aria-hidden": "true" }, GRADES.filter(count).map((grade) =>
        h("span", { class: "stack-part trust-part--" + grade, vars: { "--share": trust.shares[grade] * 100 + "%" } }))),
      h("ul", { class: "count-list" }, GRADES.map((grade) => h("li", {}, antoan.trust_sign(grade), t("trust." + grade), h("strong", {}, fmt.whole(count(grade)))))),
      h("h3", { class: "trust-sub" }, t("trust.agreement")),
      h("p", { class: "trust-line" }, agreement_words(trust, fmt)),
      trust.agreement ? h("p", { class: "hint" }, t("trust.agreement.hint")) : null,
      trust.appeals ? h("p", { class: "hint" }, t("trust.appeals", trust.appeals)) : null);
  };

  function agreement_words(trust, fmt) {
    const { t } = fmt;
    const two = (value) => value.toLocaleString(fmt.language === "vi" ? "vi-VN" : "en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    if (trust.agreement) {
      const { kappa, low, high, pairs } = trust.agreement;
      return t("trust.agreement.value", { kappa: two(kappa), low: two(low), high: two(high), pairs: fmt.whole(pairs) });
    }
    return t(trust.inspections < 10 ? "trust.agreement.few" : "trust.agreement.alike", { count: fmt.whole(trust.inspections) });
  }

  /** The panel's block of a venue: grade, meaning, since when, the owner's reply, a way to report. */
  antoan.venue_trust_block = function venue_trust_block(venue, fmt) {
    const { t } = fmt;
    const { grade, since } = venue.trust;
    return h("section", { class: "block trust-block" },
      h("h2", {}, t("trust.title")),
      grade ? h("p", { class: "trust-grade trust-grade--" + grade }, antoan.trust_sign(grade), h("strong", {}, t("trust." + grade)), since ? " " + t("trust.since", { day: fmt.plain_day(since) }) : null) : null,
      h("p", { class: "trust-line" }, t(grade ? "trust." + grade + ".hint" : "trust.none.hint")),
      venue.reply ? h("figure", { class: "trust-reply" }, h("figcaption", {}, t("trust.reply", { day: fmt.plain_day(venue.reply.published_on) })), h("blockquote", {}, venue.reply.text)) : null,
      h("p", {}, h("a", { class: "trust-report", href: "/report/" + encodeURIComponent(venue.venue_id) + "?lang=" + fmt.language }, t("trust.report"))));
  };

  /** Rows of the legend: the rings of the venues' points. */
  antoan.trust_legend_rows = function trust_legend_rows(view) {
    return [
      h("li", { class: "legend-sub" }, view.fmt.t("trust.legend")),
      GRADES.map((grade) => h("li", { class: "legend-row" },
        antoan.trust_sign(grade),
        h("span", { class: "legend-words" }, view.fmt.t("trust." + grade)),
        h("span", { class: "legend-count" }, view.fmt.whole(view.venues.filter((venue) => venue.trust === grade).length)))),
    ];
  };
})();
