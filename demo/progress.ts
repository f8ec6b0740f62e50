import type { Store } from '../store/store.ts'

const count = (value: number): string => value.toLocaleString('en')

/**
 * Tells how the first sync goes, a line for each stream as it gets on, until every stream was read to its end.
 *
 * @param say hears each line
 */
export async function tellFirstSync(
  store: Store,
  integration: { readonly id: string; readonly workspaceId: string; readonly streams: readonly string[] },
  { say, signal }: { readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  const told = new Map<string, string>()
  const look = async (): Promise<void> => {
    for (const run of await store.syncRuns.latest(integration.id)) {
      const of = run.total === null ? '' : ` of ${count(run.total)}`
      const line = `${run.stream}: ${count(run.read)}${of} read${run.status === 'DONE' ? ', done' : ''}`
      if (told.get(run.stream) !== line) say(line)
      told.set(run.stream, line)
    }
  }
  const isOver = async (): Promise<boolean> => {
    const done = await store.checkpoints.completedAt(integration.id)
    return integration.streams.every((stream) => done.has(stream))
  }
  // After a restart it may be over long since, and the newest runs are others.
  if (await isOver()) return
  const tell = async (): Promise<boolean> => {
    const over = await isOver()
    await look()
    return over
  }
  const events = store.events.follow({ workspaceId: integration.workspaceId, kinds: ['integration'], signal })
  try {
    // From here on nothing is missed, so whatever comes before the first look is seen by it.
    await events.started
    if (await tell()) return
    for await (const told of events) {
      // Of what is missing, any may have been about it.
      if ((told.kind === 'gap' || told.rowId === integration.id) && (await tell())) return
    }
  } finally {
    await events.return?.()
  }
}
