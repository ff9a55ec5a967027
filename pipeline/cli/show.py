"""`samflode show`: one item or story, where each part came from, and how it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import Options, common
from pipeline.cli.output import counted, print_json
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.archive import Archive
    from pipeline.model.item import ItemId, Moment, Record
    from pipeline.model.story import Story


@click.command(epilog="Example: samflode show s-lqk2t4fzvbdwm6hd")
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def show(options: Options, *, id: str, as_json: bool) -> int:  # noqa: A002  # the contract's word
    """Show an item or a story.

    Where each part of it came from, and how it changed over time: the old wording and the new.
    """
    from pipeline.archive import open_archive

    with open_archive(options.said_store(), write=False) as archive:
        story, records = _find(archive, id)
    why = _why(options, records)
    if as_json:
        print_json(_as_json(story, records, why))
        return 0
    lines = _story_lines(story, records, why) if story else _item_lines(records[0])
    click.echo("\n".join(lines))
    return 0


def _find(archive: Archive, wanted: str) -> tuple[Story | None, list[Record]]:
    from pipeline.model.item import ItemId
    from pipeline.model.story import StoryId

    record = archive.record(ItemId(wanted))
    if record is not None:
        return None, [record]
    story = archive.story(StoryId(wanted))
    if story is None:
        raise UsageError(
            f"the archive holds no item and no story `{wanted}`",
            hint="The ids stand in the addresses of the archive site and in `samflode export items`.",
        )
    return story, [record for each in story.items if (record := archive.record(each)) is not None]


def _why(options: Options, records: list[Record]) -> Mapping[ItemId, str]:
    """For each item of a story why it is one with another."""
    from pipeline.config.corrections import FILE, load_corrections
    from pipeline.organise import reasons

    return reasons(records, load_corrections(options.sources_path.with_name(FILE)))


def _story_lines(story: Story, records: list[Record], why: Mapping[ItemId, str]) -> Iterator[str]:
    yield f"story {story.id}: {counted(len(records), 'item')}"
    if story.former:
        yield f"  joined from it: {', '.join(story.former)}"
    for record in records:
        yield ""
        marked = " (lead)" if record.item.id == story.lead else ""
        yield from _item_lines(record, marked, why.get(record.item.id, ""))


def _item_lines(record: Record, marked: str = "", why: str = "") -> Iterator[str]:
    item = record.item
    yield f"item {item.id}{marked}: {item.title}"
    for name, value in (
        ("source", item.source),
        ("address", item.url or "none"),
        ("language", item.language or "unknown"),
        ("published", _moment(item.published)),
        ("updated", _moment(item.updated)),
        ("authors", ", ".join(item.authors)),
        ("tags", ", ".join(item.tags)),
        ("topics", ", ".join(record.topics)),
        ("story", record.story),
        ("is one", why),
        ("first seen", record.first_seen.isoformat()),
        ("last seen", record.last_seen.isoformat()),
        ("read from", f"{item.origin.capture_url} ({item.origin.by}, place {item.origin.position + 1})"),
        *((f"  {field}", f"from {origin}") for field, origin in sorted(item.origin.fields.items())),
    ):
        if value:
            yield f"  {name:<11} {value}"
    if item.summary:
        yield f"  summary     {item.summary}"
    if item.text:
        yield f"  text        {counted(len(item.text.split()), 'word')}"
    yield from _revision_lines(record)


def _revision_lines(record: Record) -> Iterator[str]:
    for number, revision in enumerate(record.history, start=1):
        yield f"  revision {number}, seen {revision.seen_at.isoformat()}:"
        for field, old in revision.before.items():
            yield f"    {field}"
            yield f"      - {old if old is not None else '(none)'}"
            yield f"      + {_value_after(record, number, field)}"


def _value_after(record: Record, number: int, field: str) -> str:
    """What a field was changed to by the revision of that number, counted from 1."""
    for later in record.history[number:]:
        if field in later.before:
            return later.before[field] or "(none)"
    value = getattr(record.item, field)
    return value if isinstance(value, str) else _moment(value) or "(none)"


def _moment(moment: Moment | None) -> str:
    if moment is None:
        return ""
    if moment.precision in {"day", "month"}:
        return moment.at.strftime("%Y-%m-%d" if moment.precision == "day" else "%Y-%m")
    return moment.at.isoformat()


def _as_json(story: Story | None, records: list[Record], why: Mapping[ItemId, str]) -> dict[str, Any]:
    items = [
        {
            "id": record.item.id,
            "story": record.story,
            "source": record.item.source,
            "url": record.item.url,
            "title": record.item.title,
            "summary": record.item.summary,
            "text": record.item.text,
            "language": record.item.language,
            "published": record.item.published and record.item.published.at,
            "published_precision": record.item.published and record.item.published.precision,
            "updated": record.item.updated and record.item.updated.at,
            "authors": record.item.authors,
            "tags": record.item.tags,
            "topics": record.topics,
            "same_story_because": why.get(record.item.id),
            "first_seen": record.first_seen,
            "last_seen": record.last_seen,
            "origin": record.item.origin,
            "history": [
                {
                    "seen_at": revision.seen_at,
                    "changes": {
                        field: {"before": old, "after": _value_after(record, number, field)}
                        for field, old in revision.before.items()
                    },
                }
                for number, revision in enumerate(record.history, start=1)
            ],
        }
        for record in records
    ]
    if story is None:
        return items[0]
    return {"id": story.id, "lead": story.lead, "former": story.former, "items": items}
