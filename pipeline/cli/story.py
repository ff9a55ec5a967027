"""`samflode story`: a maintainer's corrections of what is one story, kept for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import Family, Options, common
from pipeline.cli.output import print_json
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.archive import Archive
    from pipeline.model.item import Record
    from pipeline.model.story import Story

_SHOWN = "The next `samflode run` or `samflode publish` shows it."
_WHERE = "The ids stand in the addresses of the archive site and in `samflode show`."


@click.group(cls=Family, epilog="Example: samflode story split s-lqk2t4fzvbdwm6hd 7ovahgqbzm4ksnxd")
@common
def story() -> None:
    """Correct what is one story; later runs and rebuilds respect it."""


@story.command(epilog="Example: samflode story split s-lqk2t4fzvbdwm6hd 7ovahgqbzm4ksnxd")
@click.argument("story_id", metavar="STORY")
@click.argument("item_id", metavar="ITEM")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def split(options: Options, *, story_id: str, item_id: str, as_json: bool) -> int:
    """Make an item of a story a story by itself, for good."""
    from pipeline.archive import open_archive
    from pipeline.config.corrections import FILE, keep_alone, load_corrections
    from pipeline.model.item import ItemId
    from pipeline.organise import split_off

    path = options.sources_path.with_name(FILE)
    load_corrections(path)
    language = _language(options)
    with open_archive(options.said_store(), write=True) as archive, archive.turn():
        told, records = _found(archive, story_id)
        if item_id not in told.items:
            raise UsageError(
                f"story {told.id} has no item `{item_id}`", hint=f"`samflode show {told.id}` lists its items."
            )
        if len(records) == 1:
            raise UsageError(
                f"story {told.id} has only this item: there is nothing to split", hint="Nothing was changed."
            )
        gone = next(record for record in records if record.item.id == item_id)
        # The file first: where the archive can't be written then, a rebuild and the same command again do it.
        keep_alone(path, ItemId(item_id), f"{gone.item.title} ({gone.item.source})")
        archive.commit(split_off(told, records, ItemId(item_id), language), {})
        new = archive.record(ItemId(item_id))
        rest = archive.record(next(each for each in told.items if each != item_id))
    assert new is not None
    assert rest is not None
    if as_json:
        print_json({"item": item_id, "story": new.story, "rest": rest.story, "corrections": str(path)})
    elif not options.quiet:
        click.echo(f"{item_id} is story {new.story} by itself; {path} keeps it so. {_SHOWN}")
    return 0


@story.command(epilog="Example: samflode story join s-lqk2t4fzvbdwm6hd s-7ovahgqbzm4ksnxd")
@click.argument("one", metavar="STORY")
@click.argument("other", metavar="STORY")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def join(options: Options, *, one: str, other: str, as_json: bool) -> int:
    """Make one story of two, for good; the older one's id and page live on, and the other's lead there."""
    from pipeline.archive import open_archive
    from pipeline.config.corrections import FILE, keep_together, load_corrections
    from pipeline.organise import joined

    path = options.sources_path.with_name(FILE)
    load_corrections(path)
    language = _language(options)
    with open_archive(options.said_store(), write=True) as archive, archive.turn():
        (first, records), (second, others) = _found(archive, one), _found(archive, other)
        if first.id == second.id:
            raise UsageError(f"{one} and {other} are one story already: {first.id}", hint="Nothing was changed.")
        titles = {record.item.id: record.item.title for record in (*records, *others)}
        keep_together(path, (first.lead, second.lead), f"{titles[first.lead]} + {titles[second.lead]}")
        changes = joined(first, second, [*records, *others], language)
        archive.commit(changes, {})
    (lasting,) = changes.stories
    if as_json:
        said = {"story": lasting.id, "items": lasting.items, "joined": changes.joined, "corrections": str(path)}
        print_json(said)
    elif not options.quiet:
        click.echo(f"{changes.joined[0]} is now in story {lasting.id}; {path} keeps it so. {_SHOWN}")
    return 0


def _language(options: Options) -> str | None:
    """The language in which readers of the archive like to be told; None where there is no file that says so."""
    return options.load().archive.language if options.sources_path.exists() else None


def _found(archive: Archive, wanted: str) -> tuple[Story, list[Record]]:
    from pipeline.model.story import StoryId

    told = archive.story(StoryId(wanted))
    if told is None:
        raise UsageError(f"the archive holds no story `{wanted}`", hint=_WHERE)
    return told, [record for each in told.items if (record := archive.record(each)) is not None]
