import { benchGateway } from './gateway/bench.ts'
import { benchGraph } from './graph/bench.ts'
import { benchIngest } from './ingest/bench.ts'
import { benchComingBack } from './live/coming-back.ts'
import { benchDiffering } from './live/differing.ts'
import { benchLive } from './live/bench.ts'
import { benchWebhook } from './live/webhook.ts'
import { benchSync } from './sync/bench.ts'

/** What `npm run bench -- NAME` can measure; `gateway` is all of the gateway, so its fan-out, too. */
const benches: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = {
  gateway: async () => {
    await benchGateway()
    await benchLive()
  },
  graph: benchGraph,
  ingest: benchIngest,
  live: async (words) => {
    await benchLive()
    await benchWebhook(words)
    await benchDiffering(words)
    await benchComingBack(words)
  },
  webhook: benchWebhook,
  differing: benchDiffering,
  'coming-back': benchComingBack,
  sync: benchSync,
}

const [name = '', ...words] = process.argv.slice(2)
const bench = benches[name]
if (bench === undefined) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${Object.keys(benches).join(', ')}`)
  process.exitCode = 2
} else {
  await bench(words)
}
