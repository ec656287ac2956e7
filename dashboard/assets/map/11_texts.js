/* Texts and numbers in the chosen language. */
(function () {
  "use strict";
  const antoan = window.antoan;
  const LOCALES = { vi: "vi-VN", en: "en-GB" };
  let catalogues = null;

  function build(language) {
    catalogues = catalogues || antoan.read_block("antoan-texts") || {};
    const messages = catalogues[language] || {};
    const locale = LOCALES[language];
    const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    const tenth = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
    const long_day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    const brief_day = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "numeric", year: "numeric", timeZone: "UTC" });
    const short_day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "numeric", timeZone: "UTC" });
    const plain_day = new Intl.DateTimeFormat(locale, { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" });
    const at = (day) => new Date(day + "T00:00:00Z");
    const capital = (text) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

    /** The text of a key with `{name}` places filled in. */
    function t(key, values) {
      const text = messages[key];
      if (text === undefined) return key;
      return values ? text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])) : text;
    }
    return {
      language,
      t,
      whole: (value) => whole.format(value),
      number: (value) => (Math.abs(value) < 10 ? tenth : whole).format(value),
      percent: (value) => percent.format(value),
      day: (day) => capital(long_day.format(at(day))),
      brief_day: (day) => capital(brief_day.format(at(day))),
      short_day: (day) => short_day.format(at(day)),
      plain_day: (day) => plain_day.format(at(day)),
      hour: (hour) => t("map.hour_range", { first: pad(hour), next: pad((hour + 1) % 24) }),
      level: (level) => t("level." + level),
      compare: new Intl.Collator(locale, { numeric: true }).compare,
      /** The name shown: English where there is one and it is asked for. */
      name: (thing) => (language === "en" && thing.name_en) || thing.name,
    };
  }

  const pad = (hour) => String(hour).padStart(2, "0");

  const built = {};
  antoan.texts = function texts(language) {
    return (built[language] = built[language] || build(language));
  };

  /** Lower case without diacritics, for search and short labels. */
  antoan.fold = function fold(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  };

  const TYPE_WORDS = /^(Tỉnh|Thành phố|Thành Phố|TP\.?|Quận|Huyện|Thị xã|Thị Xã|Thị trấn|Thị Trấn|Phường|Xã|Đặc khu)\s+(?=\D)/;
  const TYPE_WORDS_AFTER = /(?<=\D)\s+(Province|City|District|Ward|Commune|Town|Township|Special Zone)$/;

  /** A name short enough for the map: "Tỉnh Lào Cai" is "Lào Cai", "Quận 1" stays. */
  antoan.short_name = function short_name(name) {
    return name.replace(TYPE_WORDS, "").replace(TYPE_WORDS_AFTER, "");
  };
})();
