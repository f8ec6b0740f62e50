import type { Integration } from '../../store/integrations.ts'
import type { Services } from '../context.ts'
import type { StreamProgress } from './types.ts'

/** How far each stream of an integration has been read, in the connector's order. */
export async function streamsOf(services: Services, integration: Integration): Promise<readonly StreamProgress[]> {
  const { store, connectors } = services
  const [runs, completed] = await Promise.all([
    store.syncRuns.latest(integration.id),
    store.checkpoints.completedAt(integration.id),
  ])
  const newest = new Map(runs.map((run) => [run.stream, run]))
  return (connectors.get(integration.provider)?.streams ?? []).map(({ name }) => {
    const run = newest.get(name)
    return {
      stream: name,
      state: run?.status ?? null,
      full: run ? run.kind === 'FULL' : null,
      read: run?.read ?? 0,
      changed: run?.changed ?? 0,
      total: run?.total ?? null,
      startedAt: run?.startedAt ?? null,
      finishedAt: run?.finishedAt ?? null,
      completedAt: completed.get(name) ?? null,
      error: run?.error ?? null,
    }
  })
}
