"""Stand-in while the reader of dates is being made."""
from __future__ import annotations
from datetime import UTC, datetime, tzinfo
from collections.abc import Sequence
from pipeline.model.item import Moment

def parse_date(text: str, *, languages: Sequence[str] = (), timezone: tzinfo = UTC, now: datetime | None = None) -> Moment | None:
    import dateparser, re
    try:
        d = dateparser.parse(text, languages=['en','sv','nb','da','fi','ca','es','de'], settings={'DATE_ORDER':'DMY'})
    except Exception:
        return None
    if d is None: return None
    has = bool(re.search(r'\d[:.]\d\d', text))
    if d.tzinfo is None: d = d.replace(tzinfo=timezone)
    return Moment(at=d, precision='second' if has else 'day')
