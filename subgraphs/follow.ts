import type { EventKind, StoreEvent, Told } from '../store/change.ts'
import type { About } from '../store/event-followers.ts'
import type { NodeKind } from '../store/id.ts'
import type { SubgraphContext } from './context.ts'
import { badUserInput } from './errors.ts'
import { rowIdOf } from './interfaces/filters.ts'

/** What a subscriber wants to hear. */
export interface Wanted {
  readonly kind: EventKind
  readonly after: string | null | undefined
  readonly providers: readonly string[] | null | undefined
  /** History that is being read for the first time is no news, unless asked for. */
  readonly includeBackfill: boolean
  /** The rows that it must be about; left out, any. */
  readonly about?: readonly About[]
  /** A further condition on the event itself. */
  readonly only?: (event: StoreEvent) => boolean
  /** A further condition on what is read for the event; it may take its time, and the events after it wait. */
  readonly holds?: (event: StoreEvent) => boolean | Promise<boolean>
}

/**
 * The events that a subscriber wants, in commit order: first those since `after`, then as they come. Gaps are told to all.
 *
 * Resolves once nothing that commits from then on is missed. Ends at once when the subscriber leaves, also while waiting.
 *
 * @throws GraphQLError `BAD_USER_INPUT` for a cursor that is none
 */
export async function follow(context: SubgraphContext, wanted: Wanted): Promise<AsyncIterableIterator<Told>> {
  const { events } = context.services.store
  if (wanted.after != null && !events.isCursor(wanted.after)) {
    throw badUserInput(`after: expected the cursor of an event, but got ${JSON.stringify(wanted.after)}`)
  }
  const leaving = new AbortController()
  const source = events.follow({
    workspaceId: context.viewer.workspaceId,
    after: wanted.after ?? null,
    kinds: [wanted.kind],
    about: wanted.about ?? [],
    only: (event) =>
      (wanted.includeBackfill || event.origin !== 'backfill') &&
      (wanted.providers == null || (event.provider !== null && wanted.providers.includes(event.provider))) &&
      (wanted.only?.(event) ?? true),
    signal: leaving.signal,
  })
  await source.started
  const stream: AsyncIterableIterator<Told> = {
    async next() {
      for (;;) {
        const step = await source.next()
        if (step.done === true) return step
        // What was read for the event before is old by now.
        if (step.value.kind === 'gap') context.forgetRows()
        else context.readFor(step.value)
        if (step.value.kind === 'gap' || (await (wanted.holds?.(step.value) ?? true))) return step
      }
    },
    async return() {
      leaving.abort()
      await source.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}

/** The row that is given by its global id; none for null and undefined, which let every row pass. */
export function aboutRow(field: string, kind: NodeKind, id: string | null | undefined, of: About['of']): About[] {
  return id == null ? [] : [{ of, id: rowIdOf(field, kind, id) }]
}
