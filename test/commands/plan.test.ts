import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runPlanCommand } from '../../commands/plan.ts'
import { readPlanCommand } from '../../commands/plan-command.ts'
import { compose } from '../gateway/graph.ts'
import { root } from '../house/tree.ts'

let folder: string

const subgraphs = [
  {
    name: 'people',
    typeDefs: 'type Query { me: Person } type Person @key(fields: "id") { id: ID! name: String }',
    resolvers: {},
  },
  { name: 'tickets', typeDefs: 'type Person @key(fields: "id") { id: ID! open: Int }', resolvers: {} },
]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchboard-plan-'))
  await writeFile(join(folder, 'supergraph.graphql'), compose(subgraphs))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs the command over files with these texts. */
async function run(operation: string, more: { supergraph?: string | null; name?: string; variables?: object } = {}) {
  const file = join(folder, 'operation.graphql')
  await writeFile(file, operation)
  const { name = null, variables = {}, supergraph = join(folder, 'supergraph.graphql') } = more
  const said = { out: '', complaint: '' }
  const code = await runPlanCommand(
    { supergraph, operation: file, name, variables: { ...variables } },
    {
      ownSupergraph: join(root, 'schema/supergraph.graphql'),
      out: (text) => void (said.out += text),
      complain: (sentence) => void (said.complaint += sentence),
    },
  )
  return { code, ...said }
}

describe('plan', () => {
  it('prints the plan of an operation over a supergraph', async () => {
    const { code, out } = await run('{ me { name open } }')
    expect(code).toBe(0)
    expect(`\n${out}\n`).toMatchInlineSnapshot(`
      "
      Sequence
        Fetch people: {me{__typename name id}}
        At me
          requires Person { __typename id }
          Fetch tickets: query($representations:[_Any!]!){_entities(representations: $representations){...on Person{open}}}
      "
    `)
  })

  it('prints it over our own where no supergraph is named', async () => {
    const { code, out } = await run('{ viewer { workspace { name } } }', { supergraph: null })
    expect({ code, out }).toEqual({ code: 0, out: 'Fetch support: {viewer{workspace{name}}}' })
  })

  it('takes one operation of several by its name, and decides conditions by the variables', async () => {
    const two = 'query A { me { name } } query B($with: Boolean!) { me { name open @include(if: $with) } }'
    expect(await run(two, { name: 'A' })).toMatchObject({ code: 0, out: 'Fetch people: {me{name}}' })
    expect((await run(two, { name: 'B', variables: { with: true } })).out).toContain('Fetch tickets')
    expect((await run(two, { name: 'B', variables: { with: false } })).out).toBe('Fetch people: {me{name}}')
  })

  it.each([
    ['{ me { ', {}, 'plan: the operation is not GraphQL: Syntax Error: Expected Name, found <EOF>. (line 1, column 8)'],
    ['{ you }', {}, 'plan: the operation does not fit the supergraph: Cannot query field "you" on type "Query"'],
    ['query A { me { id } } query B { me { id } }', {}, 'several operations'],
    ['query A { me { id } }', { name: 'C' }, 'no operation named "C"'],
    ['query ($id: Int) { me { id @include(if: true) } a: __type(name: "x") { name } }', {}, 'never used'],
    ['{ me { id } }', { supergraph: '/nowhere/at/all' }, 'plan: the file of the supergraph cannot be read: /nowhere'],
    ['query ($on: Boolean!) { me { id @skip(if: $on) } }', { variables: { on: 'yes' } }, 'Boolean cannot represent'],
  ])('refuses %s %j with a sentence, and 2', async (operation, more, sentence) => {
    expect(await run(operation, more)).toEqual({ code: 2, out: '', complaint: expect.stringContaining(sentence) })
  })

  it('refuses what is no supergraph', async () => {
    for (const text of ['not GraphQL at all {', 'type Query { a: Int }']) {
      const supergraph = join(folder, 'other.graphql')
      await writeFile(supergraph, text)
      const refused = await run('{ a }', { supergraph })
      expect(refused).toMatchObject({ code: 2, complaint: expect.stringContaining('the supergraph cannot be used') })
    }
  })

  it.each([
    [[], 'expected --operation'],
    [['--operation', 'a', '--variables', '[]'], 'expected --variables to be an object'],
    [['--operation', 'a', '--variables', '{'], 'expected --variables to be an object'],
    [['--operation', 'a', '--port', '1'], "Unknown option '--port'"],
    [['a'], 'Unexpected argument'],
  ])('does not understand %j', (words, problem) => {
    expect(readPlanCommand(words)).toEqual({ problem: expect.stringContaining(problem) })
  })

  it('reads its words', () => {
    const words = ['--operation', 'a', '--supergraph', 'b', '--name', 'C', '--variables', '{"d":1}']
    expect(readPlanCommand(words)).toEqual({ operation: 'a', supergraph: 'b', name: 'C', variables: { d: 1 } })
    expect(readPlanCommand(['--operation', 'a'])).toEqual({
      operation: 'a',
      supergraph: null,
      name: null,
      variables: {},
    })
  })
})
