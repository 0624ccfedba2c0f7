"""Any possible list entry, for property tests of the formats."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from catlog.interchange.mal_xml import STANDARD
from catlog.interchange.records import ListedTitle
from catlog.library.edits import clean_tags, rating_of
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate
from catlog.text import clean

texts = st.text(max_size=60) | st.sampled_from(
    ["]]>", "a & b < c", "=1+1", "'=x", "日本語", "\ttab\nline", '"quoted", and']
)
titles = texts.map(clean)
notes = texts.map(lambda text: clean(text, multiline=True))
tags = st.lists(texts, max_size=3).map(clean_tags)
tags_without_commas = st.lists(texts.map(lambda text: text.replace(",", " ")), max_size=3).map(clean_tags)
dates = st.none() | st.builds(
    PartialDate.of,
    st.integers(0, 9999),
    st.integers(0, 12),
    st.integers(0, 28),
)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2020, 1, 1), timezones=st.just(UTC))
extras = st.dictionaries(st.sampled_from(["private", "anilist:hidden", "my_priority"]), texts.map(clean).filter(bool))
mal_extras = st.dictionaries(st.sampled_from(sorted(STANDARD)), texts.map(clean).filter(bool)).map(
    lambda extra: {name: text for name, text in extra.items() if text != STANDARD[name]}
)


@st.composite
def listed(draw: st.DrawFn, *, for_mal: bool = False) -> ListedTitle:
    """Return an entry with its anime; `for_mal` leaves out what MyAnimeList's XML has no place for."""
    status = draw(st.sampled_from(Status))
    score100 = None if for_mal else draw(st.none() | st.integers(1, 100))
    entry = Entry(
        draw(st.integers(1, 2**31 - 1)),
        status,
        rating=rating_of(score100) if score100 else draw(st.none() | st.integers(1, 10)),
        score100=score100,
        notes=draw(notes),
        tags=draw(tags_without_commas if for_mal else tags),
        favorite=False if for_mal else draw(st.booleans()),
        episodes_watched=draw(st.integers(0, 2000)),
        start_date=draw(dates),
        finish_date=draw(dates),
        rewatching=status is Status.COMPLETED and draw(st.booleans()),
        rewatch_count=draw(st.integers(0, 254)),
        extra=draw(mal_extras if for_mal else extras),
        episode_offset=0 if for_mal else draw(st.integers(-2000, 2000)),
        created_at=None if for_mal else draw(instants),
        updated_at=None if for_mal else draw(instants),
    )
    kind = draw(
        st.none() | st.sampled_from(["TV", "Movie", "OVA", "ONA", "Special", "TV Special", "Music", "CM", "PV"])
    )
    return ListedTitle(entry, draw(titles), kind, draw(st.none() | st.integers(1, 2000)))
