// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wsproof::conformance {

/// Numbers for the corpora: the same on every machine and in every build, which those of <random>'s
/// distributions are not.
class CorpusRandom {
 public:
  explicit CorpusRandom(std::uint64_t seed) : state_(seed) {}

  /// splitmix64.
  std::uint64_t next();
  /// 0 to `count` - 1.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
  bool chance(std::size_t percent) { return below(100) < percent; }

  template <std::size_t kCount>
  std::string_view pick(const std::array<std::string_view, kCount>& words) {
    return words[below(kCount)];
  }
  /// The same, but the words at the front come far more often, as in a language.
  template <std::size_t kCount>
  std::string_view pick_often(const std::array<std::string_view, kCount>& words) {
    return words[below(below(kCount) + 1)];
  }

 private:
  std::uint64_t state_;
};

/// Words of a German text, the frequent ones first.
inline constexpr std::array<std::string_view, 112> kCorpusWords{
    "und",     "die",       "der",    "in",        "das",     "zu",         "den",      "nicht",
    "mit",     "sich",      "ein",    "auf",       "war",     "als",        "von",      "sie",
    "es",      "an",        "dem",    "er",        "wie",     "noch",       "aus",      "nach",
    "so",      "auch",      "eine",   "bei",       "nur",     "über",       "wenn",     "am",
    "um",      "durch",     "wieder", "schon",     "vor",     "immer",      "Wasser",   "Nacht",
    "Stadt",   "Brücke",    "Fluss",  "Garten",    "Fenster", "grün",       "Straße",   "Morgen",
    "später",  "Regen",     "Wind",   "Hafen",     "Schiff",  "Leuchtturm", "Möwe",     "Küste",
    "langsam", "ruhig",     "Hügel",  "Wald",      "Mühle",   "Bäcker",     "Glocke",   "erzählen",
    "hören",   "gehen",     "kommen", "sehen",     "wissen",  "tragen",     "bleiben",  "suchen",
    "öffnen",  "schließen", "lesen",  "schreiben", "zählen",  "Tisch",      "Stuhl",    "Lampe",
    "Buch",    "Seite",     "Zeile",  "Wort",      "Uhr",     "Zimmer",     "Tür",      "Schlüssel",
    "Treppe",  "Dach",      "Ofen",   "Winter",    "Sommer",  "Herbst",     "Frühling", "Schnee",
    "Eis",     "Sonne",     "Mond",   "Stern",     "Wolke",   "Nebel",      "Licht",    "Schatten",
    "Farbe",   "Klang",     "Stille", "Gespräch",  "Freund",  "Nachbar",    "Reisende", "Fährmann"};

/// `text` cut to `size` octets without cutting a character, and filled up with blanks.
[[nodiscard]] std::string cut_to_size(std::string text, std::size_t size);

}  // namespace wsproof::conformance
