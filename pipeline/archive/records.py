"""The model as JSON, as it stands in the archive's files, and back (docs/archive.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.errors import ArchiveDamaged
from pipeline.model.capture import Validators
from pipeline.model.change import Changes
from pipeline.model.entry import Older, Origin
from pipeline.model.history import Attempt, History, Pause, Profile, Walk, Whereabouts
from pipeline.model.item import IdentityKey, Item, ItemId, Moment, Record, Revision
from pipeline.model.report import Failure
from pipeline.model.source import SourceId
from pipeline.model.story import Story, StoryId

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
T = TypeVar("T")


def made(make: Callable[[Json], T], row: Json, where: str) -> T:
    """What a row is; raises ArchiveDamaged where it is not what it should be. `where` is the file or table that it stands in."""
    try:
        return make(row)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ArchiveDamaged(f"{where} holds a row that is not whole ({error!r})", where=where) from error


def record_to_json(record: Record) -> Json:
    """A record; fields that hold nothing are left out."""
    item = record.item
    return _full(
        {
            "id": item.id,
            "story": record.story,
            "source": item.source,
            "url": item.url,
            "title": item.title,
            "summary": item.summary,
            "text": item.text,
            "language": item.language,
            "published": _moment_to_json(item.published),
            "updated": _moment_to_json(item.updated),
            "authors": list(item.authors),
            "tags": list(item.tags),
            "topics": list(record.topics),
            "first_seen": record.first_seen.isoformat(),
            "last_seen": record.last_seen.isoformat(),
            "keys": list(item.keys),
            "origin": {
                "capture_url": item.origin.capture_url,
                "fetched_at": item.origin.fetched_at.isoformat(),
                "position": item.origin.position,
                "by": item.origin.by,
                **_full({"fields": dict(item.origin.fields)}),
            },
            "history": [
                {"seen_at": revision.seen_at.isoformat(), "before": dict(revision.before)}
                for revision in record.history
            ],
        }
    )


def record_from_json(data: Json) -> Record:
    """The record that `record_to_json` wrote. Raises KeyError, ValueError or TypeError where it is none."""
    origin = data["origin"]
    return Record(
        item=Item(
            id=ItemId(data["id"]),
            source=SourceId(data["source"]),
            keys=tuple(IdentityKey(key) for key in data.get("keys", ())),
            url=data.get("url"),
            title=data["title"],
            summary=data.get("summary", ""),
            text=data.get("text", ""),
            language=data.get("language"),
            published=_moment_from_json(data.get("published")),
            updated=_moment_from_json(data.get("updated")),
            authors=tuple(data.get("authors", ())),
            tags=tuple(data.get("tags", ())),
            origin=Origin(
                capture_url=origin["capture_url"],
                fetched_at=datetime.fromisoformat(origin["fetched_at"]),
                position=origin.get("position", 0),
                by=origin["by"],
                fields=origin.get("fields", {}),
            ),
        ),
        story=StoryId(data["story"]),
        topics=tuple(data.get("topics", ())),
        first_seen=datetime.fromisoformat(data["first_seen"]),
        last_seen=datetime.fromisoformat(data["last_seen"]),
        history=tuple(
            Revision(seen_at=datetime.fromisoformat(each["seen_at"]), before=each["before"])
            for each in data.get("history", ())
        ),
    )


def story_to_json(story: Story) -> Json:
    """A story."""
    return _full({"id": story.id, "lead": story.lead, "items": list(story.items), "former": list(story.former)})


def story_from_json(data: Json) -> Story:
    """The story that `story_to_json` wrote. Raises KeyError or TypeError where it is none."""
    return Story(
        id=StoryId(data["id"]),
        lead=ItemId(data["lead"]),
        items=tuple(ItemId(each) for each in data["items"]),
        former=tuple(StoryId(each) for each in data.get("former", ())),
    )


def history_to_json(history: History) -> Json:
    """How collecting a source went."""
    known, moved = history.validators, history.whereabouts
    return _full(
        {
            "next_due": _time(history.next_due),
            "last_success": _time(history.last_success),
            "failing_since": _time(history.failing_since),
            "failures": history.failures or None,
            "pause": history.pause.total_seconds() or None,
            "validators": known
            and _full(
                {
                    "url": known.url,
                    "etag": known.etag,
                    "last_modified": known.last_modified,
                    "digest": known.digest,
                    "reading": known.reading,
                    "answered": known.answered,
                }
            ),
            "whereabouts": moved
            and _full(
                {
                    "written": moved.written,
                    "address": moved.address,
                    "leads_to": moved.leads_to,
                    "times": moved.times or None,
                    "gone_since": _time(moved.gone_since),
                }
            ),
            "pauses": [{"host": pause.host, "until": pause.until.isoformat()} for pause in history.pauses],
            "profile": history.profile
            and {
                "entries": history.profile.entries,
                "dated": history.profile.dated,
                "summarised": history.profile.summarised,
                "titled": history.profile.titled,
                **({"linked": history.profile.linked} if history.profile.linked < 1 else {}),
            },
            "complaints": list(history.complaints),
            "complained_since": _time(history.complained_since),
            "held": list(history.held),
            "walk": history.walk and _walk_to_json(history.walk),
            "attempts": [_attempt_to_json(attempt) for attempt in history.attempts],
        }
    )


def history_from_json(data: Json) -> History:
    """The history that `history_to_json` wrote. Raises KeyError, ValueError or TypeError where it is none."""
    known, moved = data.get("validators"), data.get("whereabouts")
    return History(
        validators=known
        and Validators(
            url=known["url"],
            etag=known.get("etag"),
            last_modified=known.get("last_modified"),
            digest=known["digest"],
            reading=known["reading"],
            answered=known.get("answered"),
        ),
        whereabouts=moved
        and Whereabouts(
            written=moved["written"],
            address=moved.get("address"),
            leads_to=moved.get("leads_to"),
            times=moved.get("times", 0),
            gone_since=_when(moved.get("gone_since")),
        ),
        pauses=tuple(
            Pause(host=each["host"], until=datetime.fromisoformat(each["until"])) for each in data.get("pauses", ())
        ),
        attempts=tuple(_attempt_from_json(each) for each in data.get("attempts", ())),
        profile=Profile(**profile) if (profile := data.get("profile")) else None,
        complaints=tuple(data.get("complaints", ())),
        complained_since=_when(data.get("complained_since")),
        held=tuple(ItemId(each) for each in data.get("held", ())),
        next_due=_when(data.get("next_due")),
        last_success=_when(data.get("last_success")),
        failing_since=_when(data.get("failing_since")),
        failures=data.get("failures", 0),
        walk=_walk_from_json(walk) if (walk := data.get("walk")) else None,
        pause=timedelta(seconds=data.get("pause", 0)),
    )


def changes_to_json(changes: Changes) -> Json:
    """Changes, as a line of the journal holds them."""
    return _full(
        {
            "added": [record_to_json(each) for each in changes.added],
            "revised": [record_to_json(each) for each in changes.revised],
            "amended": [record_to_json(each) for each in changes.amended],
            "stories": [story_to_json(each) for each in changes.stories],
            "joined": list(changes.joined),
        }
    )


def changes_from_json(data: Json) -> Changes:
    """The changes that `changes_to_json` wrote. Raises KeyError, ValueError or TypeError where they are none."""
    return Changes(
        added=tuple(record_from_json(each) for each in data.get("added", ())),
        revised=tuple(record_from_json(each) for each in data.get("revised", ())),
        amended=tuple(record_from_json(each) for each in data.get("amended", ())),
        stories=tuple(story_from_json(each) for each in data.get("stories", ())),
        joined=tuple(StoryId(each) for each in data.get("joined", ())),
    )


def _walk_to_json(walk: Walk) -> Json:
    return _full(
        {
            "reading": walk.reading,
            "waiting": [
                _full({"url": each.url, "guessed": each.guessed or None, "archive": each.archive or None})
                for each in walk.waiting
            ],
            "number": walk.number,
            "front": walk.front,
            "pages": list(walk.pages),
            "entries": list(walk.entries),
            "tries": walk.tries or None,
        }
    )


def _walk_from_json(data: Json) -> Walk:
    return Walk(
        reading=data["reading"],
        waiting=tuple(
            Older(url=each["url"], guessed=each.get("guessed", False), archive=each.get("archive", False))
            for each in data.get("waiting", ())
        ),
        number=data["number"],
        front=data["front"],
        pages=tuple(data.get("pages", ())),
        entries=tuple(data.get("entries", ())),
        tries=data.get("tries", 0),
    )


def _attempt_to_json(attempt: Attempt) -> Json:
    failure = attempt.failure
    return _full(
        {
            "at": attempt.at.isoformat(),
            "outcome": attempt.outcome,
            "entries": attempt.entries or None,
            "new": attempt.new or None,
            "seconds": attempt.seconds,
            "failure": failure
            and {
                "kind": failure.kind,
                "message": failure.message,
                "hint": failure.hint,
                **_full({"retry_after": failure.retry_after}),
            },
        }
    )


def _attempt_from_json(data: Json) -> Attempt:
    failure = data.get("failure")
    return Attempt(
        at=datetime.fromisoformat(data["at"]),
        outcome=data["outcome"],
        failure=failure
        and Failure(
            kind=failure["kind"],
            message=failure["message"],
            hint=failure["hint"],
            retry_after=failure.get("retry_after"),
        ),
        entries=data.get("entries", 0),
        new=data.get("new", 0),
        seconds=data.get("seconds", 0.0),
    )


def _moment_to_json(moment: Moment | None) -> Json | None:
    return None if moment is None else {"at": moment.at.isoformat(), "precision": moment.precision}


def _moment_from_json(data: Json | None) -> Moment | None:
    return None if data is None else Moment(at=datetime.fromisoformat(data["at"]), precision=data["precision"])


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _when(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _full(data: Json) -> Json:
    """The fields that hold something: an absent one means None, an empty text or an empty list."""
    return {key: value for key, value in data.items() if value is not None and value not in ("", [], {}, ())}
