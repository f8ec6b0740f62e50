import { expect, test, vi } from 'vitest'
import { SOON } from '../setup/soon.ts'
import { batch, upsert } from '../store/records.ts'
import { openGround, startIngest } from './bench.ts'

test('learns the words of what comes in, while it is open', async () => {
  await using ground = await openGround()
  const { id } = await ground.connect()
  await using _ingest = await startIngest(ground.store, { derivingMs: 10 })
  await ground.store.apply(batch(id, 1, [upsert('message', 'own', { text: 'zanzibar' })]))
  await vi.waitFor(async () => {
    const rows = await ground.store.database.system.query(`select from word where word = 'zanzibar'`)
    expect(rows).toHaveLength(1)
  }, SOON)
})
