"""The words of the synthetic catalogue: names, genres, and titles that break careless programs."""

ADJECTIVES = (
    "Aoi", "Akai", "Shiroi", "Kuroi", "Chiisana", "Tooi", "Shizukana", "Nagai", "Saigo no", "Yoake no",
    "Hoshizora no", "Wasurerareta", "Natsu no", "Fuyu no", "Mayonaka no", "Umi no", "Mori no", "Kaze no",
    "Tetsu no", "Garasu no", "Kinjirareta", "Maigo no", "Hyakunen no", "Gin no",
)  # fmt: skip
NOUNS = (
    "Tabi", "Machi", "Kishi", "Majo", "Toudai", "Kitsune", "Orugoru", "Kyoushitsu", "Tantei", "Ryuu", "Hana",
    "Yakusoku", "Senro", "Shima", "Kioku", "Kagami", "Gakudan", "Ryourinin", "Hoshi", "Kusuriya", "Toshokan",
    "Densha", "Ahiru", "Ousama",
)  # fmt: skip
ENGLISH = ("The Blue", "A Small", "The Last", "The Silent", "Midnight", "The Glass", "Iron", "The Long")
ENGLISH_NOUNS = ("Journey", "Town", "Knight", "Lighthouse", "Fox", "Classroom", "Detective", "Promise")
JAPANESE = ("青い", "小さな", "最後の", "静かな", "真夜中の", "硝子の", "鉄の", "長い")
JAPANESE_NOUNS = ("旅", "町", "騎士", "灯台", "狐", "教室", "探偵", "約束")
ENDINGS = ("", "", "", "", " 2nd Season", " 3rd Season", " Movie", ": Kanketsu-hen", " OVA", " Specials", "!", "!!")

# Seen in the wild (quotes, symbols, invisible characters, numbers, one title for two ids), then what a
# terminal, a markup language, a spreadsheet, a database or a template would take for an order.
HOSTILE_TITLES = (
    '"Toudai Shoujo" Movie',
    "Majo★Densha",
    "Kitsune°",
    "Machi × Umi ∬ Hana",
    "Tabi 𝄇 Tabi",
    "Hoshi\u200bzora no Shima",
    "\u200eAhiru no Parade",
    "\ufeffKagami no Kuni",
    "#Kyoushitsu",
    "-Yoake-",
    "86",
    "001",
    "Moonlight",
    "Moonlight",
    "[Kusuriya no Ko]",
    "Kusuriya: " + "Nagai Nagai Namae no Tabi & " * 6 + '"Owari"',
    "Nagai" * 120,
    "\x1b[31mAkai\x1b[0m Tabi",
    "\x1b]0;owned\x07Tantei",
    "\x9b2JGin no Kagami",
    "Tabi\nno\nOwari",
    "Tab\tulator",
    "Nul\x00Nul",
    "Back\x08\x08\x08space",
    "Carriage\rReturn",
    "[bold red]Akai[/bold red]",
    "[/]Kishi[/red]",
    "[link=https://example.invalid]Senro[/link]",
    "{0} no {title}",
    "%s %d %(name)s %",
    "${HOME} `id` $(id)",
    "'; DROP TABLE anime; --",
    "100% _ Umi\\",
    "<script>alert(1)</script>",
    "<b>Kaze</b> &amp; Mori",
    "=1+1",
    "+81 Tantei",
    "@SUM(A1:A9)",
    "\u202eihsoH\u202c Gyaku",
    "\u2066Isolate\u2069",
    "مدينة النجوم",
    "עיר הכוכבים",
    "H\u0337a\u0334n\u0335a\u0338\u0321\u0322\u0323\u0324\u0325\u0326",
    "👩‍👩‍👧‍👦 Kazoku 🏳️‍🌈",
    "ｆｕｌｌｗｉｄｔｈ　星空の灯台守と百年の約束",
    "ﾊﾝｶｸ no Machi",
    "İstanbul ŞİŞLİ ıı",
    "Straße, STRASSE",
    "e\u0301toile / étoile",
    "Alone \ud83d Surrogate",
    "null",
    "NaN",
    "Unknown",
    "../../etc/passwd",
    "  Spaces on both sides  ",
    "a",
)

TYPES = ("TV", "Movie", "OVA", "ONA", "Special", "TV Special", "Music", "CM", "PV")
TYPE_WEIGHTS = (45, 14, 13, 12, 7, 3, 4, 1, 1)
SOURCES = (
    "Manga", "Light novel", "Original", "Web manga", "Visual novel", "Novel", "4-koma manga", "Game", "Other",
    "Web novel", "Mixed media", "Music", "Card game", "Picture book", "Unknown",
)  # fmt: skip
RATINGS = {
    "g": "G - All Ages",
    "pg": "PG - Children",
    "pg13": "PG-13 - Teens 13 or older",
    "r17": "R - 17+ (violence & profanity)",
    "r": "R+ - Mild Nudity",
    "rx": "Rx - Hentai",
}
RATING_WEIGHTS = (12, 8, 52, 16, 7, 5)
SEASONS = ("winter", "spring", "summer", "fall")
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")

# MyAnimeList's own numbers and names, as far as the catalogue uses them.
GENRES = {
    1: "Action", 2: "Adventure", 4: "Comedy", 5: "Avant Garde", 7: "Mystery", 8: "Drama", 10: "Fantasy",
    14: "Horror", 22: "Romance", 24: "Sci-Fi", 26: "Girls Love", 28: "Boys Love", 30: "Sports",
    36: "Slice of Life", 37: "Supernatural", 41: "Suspense", 46: "Award Winning", 47: "Gourmet",
}  # fmt: skip
EXPLICIT_GENRES = {9: "Ecchi", 12: "Hentai", 49: "Erotica"}
THEMES = {
    6: "Mythology", 13: "Historical", 18: "Mecha", 19: "Music", 21: "Samurai", 23: "School", 29: "Space",
    38: "Military", 39: "Detective", 40: "Psychological", 52: "CGDCT", 62: "Isekai", 63: "Iyashikei",
    66: "Mahou Shoujo", 78: "Time Travel", 79: "Video Game",
}  # fmt: skip
DEMOGRAPHICS = {15: "Kids", 25: "Shoujo", 27: "Shounen", 42: "Seinen", 43: "Josei"}
STUDIOS = {
    1: "Studio Pierrot", 2: "Kyoto Animation", 4: "Bones", 7: "J.C.Staff", 10: "Production I.G", 11: "Madhouse",
    14: "Sunrise", 18: "Toei Animation", 43: "ufotable", 44: "Shaft", 56: "A-1 Pictures", 569: "MAPPA",
    858: "Wit Studio",
}  # fmt: skip
PRODUCERS = {17: "Aniplex", 16: "TV Tokyo", 53: "Dentsu", 60: "Actas", 62: "Shogakukan-Shueisha Productions"}
LICENSORS = {102: "Funimation", 1468: "Crunchyroll", 376: "Sentai Filmworks"}
