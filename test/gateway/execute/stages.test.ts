import { parse } from 'graphql'
import { expect, it } from 'vitest'
import { printPlan } from '../../../gateway/print-plan.ts'
import { makeGraph } from '../graph.ts'
import { archiveSubgraph } from '../queries/own-types/archive.ts'
import { chatSubgraph } from '../queries/own-types/chat.ts'
import { deskSubgraph } from '../queries/own-types/desk.ts'
import { mailSubgraph } from '../queries/own-types/mail.ts'

/** Goes from tickets to the tickets of their contacts, of which every subgraph but one can tell only a part. */
const around = (times: number): string =>
  times === 0 ? 'subject state' : `contact { tickets { nodes { ${around(times - 1)} } } }`

it('refuses to plan an operation that falls into too many parts', async () => {
  const { executor } = await makeGraph([deskSubgraph, mailSubgraph, chatSubgraph, archiveSubgraph])
  const explain = (times: number) => printPlan(executor.explain(parse(`{ tickets { nodes { ${around(times)} } } }`)))
  expect(explain(3)).toContain('Fetch desk')
  expect(() => explain(4)).toThrow(expect.objectContaining({ extensions: { code: 'OPERATION_TOO_COMPLEX' } }))
})
