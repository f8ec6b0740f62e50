import { runHive } from './hive.mjs'

await runHive(null)
