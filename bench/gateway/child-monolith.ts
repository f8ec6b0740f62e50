import { runChild } from './child.ts'
import { createMonolith } from './monolith.ts'

await runChild(() => ({ execute: createMonolith(), serve: null }))
