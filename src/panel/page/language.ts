/**
 * A browser started under a POSIX locale can call its language "en-US@posix", which Intl refuses, and uPlot asks Intl while it
 * loads. Imported before everything else, so that such a locale costs nobody the panel.
 */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
}
