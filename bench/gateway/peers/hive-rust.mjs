import { unifiedGraphHandler } from '@graphql-hive/router-runtime'
import { runHive } from './hive.mjs'

await runHive(unifiedGraphHandler)
