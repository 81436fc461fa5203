/** The events of one conversation, or of one thread in it, folded as they come. */
import {
  ClientEvent,
  type EmittedEvents,
  type EventTimeline,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
  ThreadEvent,
} from "matrix-js-sdk";
import { isShown } from "../../model/rows";
import { applySync, type Fact, initial, NOTHING, type Timeline } from "../../model/timeline";
import { isSealed, isToldOpen } from "../../protocol/sealing";
import { factOf, isDeletion } from "./facts";
import { heardBy, heardOf, isIgnoreList } from "./ignored";
import { isFirst, piecesUpTo } from "./timelines";

export interface FeedState {
  readonly timeline: Timeline;
  /** There is nothing older. */
  readonly isWhole: boolean;
  readonly isLoading: boolean;
  /** Older messages could not be had. */
  readonly hasFailed: boolean;
}

const EVENTS: readonly EmittedEvents[] = [
  ClientEvent.Room,
  ClientEvent.AccountData,
  RoomEvent.Timeline,
  RoomEvent.TimelineReset,
  RoomEvent.LocalEchoUpdated,
  RoomEvent.Redaction,
  RoomEvent.RedactionCancelled,
  MatrixEventEvent.Decrypted,
];
/** The client does not pass these on: only their room tells. */
const THREAD_EVENTS = [ThreadEvent.New, ThreadEvent.Update, ThreadEvent.NewReply] as const;

/** A run of the SDK's events. */
interface Run {
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly count: number;
}

const NO_RUN: Run = { first: undefined, last: undefined, count: 0 };

const PAGE = 60;
/** Pages of nothing but reactions and the like are passed over; not without end. */
const PAGES_MAX = 10;

/** What `useSyncExternalStore` looks at. The fold goes on only while somebody looks. */
export class Feed {
  private confirmed: Timeline = NOTHING;
  private state: FeedState = { timeline: NOTHING, isWhole: false, isLoading: false, hasFailed: false };
  private readonly changed = new Set<MatrixEvent>();
  private told: () => void = () => undefined;
  private frame = 0;
  private coming: Promise<void> | null = null;
  /** Which of the SDK's events are folded already. */
  private known = NO_RUN;
  /** The room is called open by its state, and this device remembers that it was encrypted. */
  private isRemembered = false;

  constructor(
    private readonly client: MatrixClient,
    readonly roomId: string,
    readonly threadId: string | null,
  ) {
    this.read();
  }

  readonly get = (): FeedState => this.state;

  readonly subscribe = (told: () => void): (() => void) => {
    this.told = told;
    const room = this.room();
    for (const event of EVENTS) this.client.on(event as never, this.soon as never);
    for (const event of THREAD_EVENTS) room?.on(event, this.soon);
    // What was decrypted or deleted since the last fold, nobody has heard of: all of it is folded anew.
    this.known = NO_RUN;
    this.soon();
    void this.remember();
    return () => {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      for (const event of EVENTS) this.client.off(event as never, this.soon as never);
      for (const event of THREAD_EVENTS) room?.off(event, this.soon);
    };
  };

  /** Many events come in one answer of the server: they are folded once, before the next frame. */
  private readonly soon = (event?: unknown): void => {
    if (isEvent(event)) {
      // Whom one does not hear any more, or again: all of it is folded anew.
      if (isIgnoreList(event)) this.known = NO_RUN;
      else if (event.getRoomId() !== this.roomId) return;
      this.changed.add(event);
      const redacted = isDeletion(event) ? this.room()?.findEventById(event.getAssociatedId() ?? "") : null;
      if (redacted) this.changed.add(redacted);
    }
    const root = isThread(event) ? this.room()?.findEventById(event.id) : null;
    if (root) this.changed.add(root);
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.read();
      this.told();
    });
  };

  /** What is said openly is marked also where the server leaves out that the room is encrypted. */
  private async remember(): Promise<void> {
    if (!isToldOpen(this.room()) || !(await isSealed(this.client, this.roomId))) return;
    this.isRemembered = true;
    this.known = NO_RUN;
    this.soon();
  }

  private readonly fact = (event: MatrixEvent): Fact =>
    factOf(event, this.isRemembered || (this.room()?.hasEncryptionStateEvent() ?? false));

  private room(): Room | null {
    return this.client.getRoom(this.roomId);
  }

  private timelines(): EventTimeline[] {
    const room = this.room();
    const live =
      this.threadId === null ? room?.getLiveTimeline() : room?.getThread(this.threadId)?.liveTimeline;
    return piecesUpTo(live ?? null);
  }

  private events(timelines: readonly EventTimeline[]): MatrixEvent[] {
    const events = heardOf(
      this.client,
      ([] as MatrixEvent[]).concat(...timelines.map((one) => one.getEvents())),
    );
    if (this.threadId === null) return events;
    const root = this.room()?.findEventById(this.threadId);
    return root === undefined || events.some((event) => event.getId() === this.threadId)
      ? events
      : [root, ...events];
  }

  private read(): void {
    const timelines = this.timelines();
    const events = this.events(timelines);
    this.confirmed = this.fold(events);
    this.changed.clear();
    const pending = this.pending();
    this.state = {
      ...this.state,
      timeline: pending.length === 0 ? this.confirmed : applySync(this.confirmed, { newer: pending }),
      isWhole: timelines[0] !== undefined && isFirst(timelines[0]),
    };
  }

  /** What is new stands before or after what is known. Where it does not (a gap was closed), begin anew. */
  private fold(events: readonly MatrixEvent[]): Timeline {
    const { first, last, count } = this.known;
    const start = count === 0 ? -1 : events.findIndex((event) => event.getId() === first);
    const end = start + count;
    this.known = { first: events[0]?.getId(), last: events.at(-1)?.getId(), count: events.length };
    if (start === -1 || events[end - 1]?.getId() !== last) {
      return initial([...events, ...this.strays(events)].map(this.fact));
    }
    if (start === 0 && end === events.length && this.changed.size === 0) return this.confirmed;
    const older = events.slice(0, start);
    return applySync(this.confirmed, {
      older: [...older, ...this.strays(older)].map(this.fact),
      newer: events.slice(end).map(this.fact),
      changed: [...this.changed].map(this.fact),
    });
  }

  /** Edits and reactions that came before the message they are about: the SDK keeps them aside. And the last edit of what is far back, which
   *  the server gives along with it.
   */
  private strays(events: readonly MatrixEvent[]): MatrixEvent[] {
    const relations = this.room()?.relations;
    if (relations === undefined) return [];
    return events
      .flatMap((event) => [
        ...relations.getAllChildEventsForEvent(event.getId() ?? ""),
        ...[event.replacingEvent()].filter((edit) => edit !== null),
      ])
      .filter((event) => event.status === null && !event.isRelation("m.thread"))
      .filter(heardBy(this.client))
      .sort((a, b) => a.getTs() - b.getTs());
  }

  private pending() {
    const events = this.room()?.getPendingEvents() ?? [];
    return events
      .filter((event) => (this.threadId === null ? !isInThread(event) : this.isOfThread(event)))
      .filter((event) => !this.confirmed.facts.has(event.getId() ?? ""))
      .map(this.fact);
  }

  /** A sign that is on its way says what it is about, but not in which thread that is. */
  private isOfThread(event: MatrixEvent): boolean {
    return event.threadRootId === this.threadId || this.confirmed.facts.has(event.relationEventId ?? "");
  }

  /** Fetch older messages until some can be seen. Who asks while they are on their way waits for the same ones. */
  readonly loadOlder = (): Promise<void> => {
    if (this.state.isWhole) return Promise.resolve();
    this.coming ??= this.fetchOlder().finally(() => {
      this.coming = null;
    });
    return this.coming;
  };

  private async fetchOlder(): Promise<void> {
    this.show({ isLoading: true, hasFailed: false });
    try {
      const [first] = this.confirmed.order;
      for (let page = 0; page < PAGES_MAX && !this.showsBefore(first); page += 1) {
        const [oldest] = this.timelines();
        if (oldest === undefined) break;
        await this.client.paginateEventTimeline(oldest, { backwards: true, limit: PAGE });
        this.read();
        if (this.state.isWhole) break;
      }
      this.show({ isLoading: false });
    } catch {
      this.show({ isLoading: false, hasFailed: true });
    }
  }

  /** Fetch older messages until one of them is there, or there are no more, or so many pages; null when they could not be had. */
  readonly loadUpTo = async (id: string, pages = 200): Promise<boolean | null> => {
    for (let page = 0; page < pages && !this.state.timeline.facts.has(id); page += 1) {
      if (this.state.isWhole) return false;
      await this.loadOlder();
      if (this.state.hasFailed) return null;
    }
    return this.state.timeline.facts.has(id);
  };

  /** Say whether any of what stands before an event can be seen. Only that is looked at: what is known already may be very long. */
  private showsBefore(first: string | undefined): boolean {
    const { order } = this.confirmed;
    const place = first === undefined ? -1 : order.indexOf(first);
    // It may stand there no more: all of it was folded anew.
    const older = place === -1 ? order : order.slice(0, place);
    return older.some((id) => isShown(this.confirmed, id));
  }

  private show(part: Partial<FeedState>): void {
    this.state = { ...this.state, ...part };
    this.told();
  }
}

function isInThread(event: MatrixEvent): boolean {
  const root = event.threadRootId;
  return root !== undefined && root !== event.getId() && !event.isThreadRoot;
}

function isEvent(value: unknown): value is MatrixEvent {
  return typeof value === "object" && value !== null && "getRoomId" in value && "isRedaction" in value;
}

function isThread(value: unknown): value is { id: string } {
  return typeof value === "object" && value !== null && "rootEvent" in value && "id" in value;
}
