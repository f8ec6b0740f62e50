import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SubgraphError } from '../../../../gateway/errors.ts'
import type { OperationResult } from '../../../../gateway/execute/run.ts'
import type { SubgraphAnswer, Transport } from '../../../../gateway/transport/transport.ts'
import { deferred } from '../../deferred.ts'
import { inProcess, makeGraph, plain, type GraphOptions, type TestGraph, type TestSubgraph } from '../../graph.ts'
import { serveSubgraph, type Answer } from '../../http-subgraph.ts'
import { payrollSubgraph } from '../inaccessible/payroll.ts'
import { staffSubgraph } from '../inaccessible/staff.ts'
import { peopleSubgraph } from '../desk/people.ts'
import { ticketsSubgraph } from '../desk/tickets.ts'
import { detailsSubgraph } from './details.ts'
import { itemsSubgraph } from './items.ts'

const subgraphs = [itemsSubgraph, detailsSubgraph]
const graphWith = (details: Partial<Transport>, options: GraphOptions = {}) =>
  makeGraph(subgraphs, { ...options, transports: { details: { ...inProcess(detailsSubgraph), ...details } } })

describe('errors that a subgraph words', () => {
  let graph: TestGraph

  beforeAll(async () => {
    graph = await makeGraph(subgraphs)
  })

  const ask = async (text: string) => plain(await graph.ask(text))

  it('stand where the entity stands, in the keys of the client, with the name of the subgraph', async () => {
    expect(await ask('{ all: items(ids: ["good", "away"]) { it: detail id: detail } }')).toEqual({
      data: {
        all: [
          { it: 'fine', id: 'fine' },
          { it: null, id: null },
        ],
      },
      errors: ['it', 'id'].map((key) => ({
        message: 'Zenith is away',
        path: ['all', 1, key],
        extensions: { code: 'PROVIDER_UNAVAILABLE', provider: 'zenith', serviceName: 'details' },
      })),
    })
  })

  it('stand at every place of an entity that was asked for once', async () => {
    const { data, errors } = await graph.ask(
      '{ items(ids: ["away", "good", "away"]) { detail same { detail } self { detail } } }',
    )
    const away = { detail: null, same: { detail: null }, self: [{ detail: null }] }
    const good = { detail: 'fine', same: { detail: 'fine' }, self: [{ detail: 'fine' }] }
    expect(data).toEqual({ items: [away, good, away] })
    expect(errors?.map(({ path }) => path?.join('.')).toSorted()).toEqual([
      'items.0.detail',
      'items.0.same.detail',
      'items.0.self.0.detail',
      'items.2.detail',
      'items.2.same.detail',
      'items.2.self.0.detail',
    ])
  })

  it('keep the positions in lists below the entity', async () => {
    const { errors } = await graph.ask('{ items(ids: ["away"]) { parts { label: name } } }')
    expect(errors?.map(({ path }) => path)).toEqual([['items', 0, 'parts', 0, 'label']])
  })

  it('explain a null that breaks upwards, so that it gets no second error', async () => {
    expect(await ask('{ items(ids: ["good"]) { firm } item(id: "bug") { id firm } }')).toEqual({
      data: { items: [{ firm: 'fine' }], item: null },
      errors: [{ message: 'row 17 of secret_table', path: ['item', 'firm'], extensions: { serviceName: 'details' } }],
    })
  })

  it('break the list, the object and the root when nothing on the way may be null', async () => {
    const { data, errors } = await graph.ask('{ box { items { firm } first { firm } } }')
    expect(data).toBeNull()
    expect(errors?.map(({ path }) => path)).toEqual([['box', 'items', 1, 'firm']])
  })

  it('are not needed for an entity that is unknown: its fields are null', async () => {
    expect(await ask('{ item(id: "unknown") { id detail } }')).toEqual({
      data: { item: { id: 'unknown', detail: null } },
    })
  })

  it('are added for an entity that is unknown where its field may not be null', async () => {
    expect(await ask('{ item(id: "unknown") { firm } }')).toEqual({
      data: { item: null },
      errors: [
        {
          message: 'Cannot return null for non-nullable field Item.firm.',
          path: ['item', 'firm'],
          extensions: { code: 'SUBGRAPH_ANSWER_INVALID' },
        },
      ],
    })
  })
})

describe('an error of what a field requires', () => {
  const fail = () => {
    throw new Error('no')
  }
  /** A subgraph some fields of which fail. */
  const failing = (subgraph: TestSubgraph, typeName: string, ...fields: string[]): TestSubgraph => {
    const resolvers = Object.entries(subgraph.resolvers[typeName] ?? {})
    const failed = Object.fromEntries([...resolvers, ...fields.map((field) => [field, fail])])
    return { ...subgraph, resolvers: { ...subgraph.resolvers, [typeName]: failed } }
  }
  const pathsOf = ({ errors }: OperationResult) => errors?.map(({ path }) => path?.join('.'))

  it('names no field that is hidden from clients', async () => {
    const graph = await makeGraph([failing(staffSubgraph, 'Agent', 'salary'), payrollSubgraph])
    expect(plain(await graph.ask('{ payroll agent(id: "1") { name grade } }'))).toEqual({
      data: { payroll: 1, agent: null },
      errors: [{ message: 'no', path: ['agent'], extensions: { serviceName: 'staff' } }],
    })
  })

  it('names no alias of the plan, and the field itself where the client asked for it, too', async () => {
    const graph = await makeGraph([failing(peopleSubgraph, 'Person', 'size', 'zip'), ticketsSubgraph])
    expect(pathsOf(await graph.ask('{ me { volume } }'))).toEqual(['me'])
    expect(
      pathsOf(await graph.ask('{ me { metres: size volume postage ...Zip } } fragment Zip on Person { zip }')),
    ).toEqual(expect.arrayContaining(['me.metres', 'me', 'me.zip']))
    expect(pathsOf(await graph.ask('{ ticket(id: "t1") { author { volume } } }'))).toEqual(['ticket.author'])
  })
})

describe('a subgraph that cannot be asked', () => {
  const down = () => {
    throw new SubgraphError('SUBGRAPH_UNAVAILABLE', 'subgraph "details" cannot be reached')
  }
  const gone = {
    message: 'subgraph "details" cannot be reached',
    extensions: { code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'details' },
  }

  it('leaves its branch null with one error that names it, and the rest as it is', async () => {
    const graph = await graphWith({ execute: down })
    expect(plain(await graph.ask('{ items(ids: ["good", "away"]) { id detail } }'))).toEqual({
      data: {
        items: [
          { id: 'good', detail: null },
          { id: 'away', detail: null },
        ],
      },
      errors: [{ ...gone, path: ['items'] }],
    })
  })

  it('has an error at each of its root fields', async () => {
    const graph = await graphWith({ execute: async () => down() })
    expect(plain(await graph.ask('{ status other: health item(id: "good") { id } }'))).toEqual({
      data: { status: null, other: null, item: { id: 'good' } },
      errors: [
        { ...gone, path: ['status'] },
        { ...gone, path: ['other'] },
      ],
    })
  })

  it('is not asked for what follows on an answer that never came', async () => {
    const graph = await makeGraph(subgraphs, { transports: { items: { ...inProcess(itemsSubgraph), execute: down } } })
    const { data } = await graph.ask('{ item(id: "good") { detail } }')
    expect(data).toEqual({ item: null })
    expect(graph.sent.map(({ subgraph }) => subgraph)).toEqual(['items'])
  })
})

describe('an answer that does not fit', () => {
  const answering = async (answer: unknown, query: string) => {
    const graph = await graphWith({ execute: async () => answer as SubgraphAnswer })
    const { data, errors } = await graph.ask(query)
    return { data, errors: errors?.map(({ message, path }) => `${path?.join('.')}: ${message}`) }
  }
  const query = '{ items(ids: ["good", "bug"]) { id parts { name } } }'
  const unharmed = {
    items: [
      { id: 'good', parts: null },
      { id: 'bug', parts: null },
    ],
  }
  const entities = (...list: unknown[]) => ({ data: { _entities: list } })

  it.each([
    [{}, 'subgraph "details": expected data or errors, but got neither'],
    [{ data: null }, 'subgraph "details": expected data or errors, but got neither'],
    [{ data: [] }, 'subgraph "details": expected data or errors, but got neither'],
    [{ data: {} }, 'subgraph "details": expected 2 entities, but got no list'],
    [{ data: { _entities: 'two' } }, 'subgraph "details": expected 2 entities, but got no list'],
    [entities({ parts: [] }), 'subgraph "details": expected 2 entities, but got 1'],
    [{ errors: [{ message: 'gone' }] }, 'gone'],
    [{ data: { _entities: null }, errors: [{ message: 'gone', path: ['_entities'] }] }, 'gone'],
    [{ data: null, errors: [{ message: 'gone', path: ['nonsense', 3] }] }, 'gone'],
  ])('leaves the branch null: %j', async (answer, message) => {
    expect(await answering(answer, query)).toEqual({ data: unharmed, errors: [`items: ${message}`] })
  })

  it('is taken as far as it fits', async () => {
    const answer = entities({ parts: [{ name: 'x' }, 'y', { name: { no: 1 } }] }, ['nothing'])
    expect(await answering(answer, query)).toEqual({
      data: {
        items: [
          { id: 'good', parts: null },
          { id: 'bug', parts: null },
        ],
      },
      errors: ['items.0.parts.1: Item.parts: expected an object, but a subgraph answered a string'],
    })
    expect(await answering(entities({ parts: { name: 'x' } }, { parts: 7 }), query)).toEqual({
      data: unharmed,
      errors: [
        'items.0.parts: Item.parts: expected a list, but a subgraph answered an object',
        'items.1.parts: Item.parts: expected a list, but a subgraph answered a number',
      ],
    })
    expect(await answering(entities({ parts: [{ name: ['x'] }] }, null), query)).toEqual({
      data: {
        items: [
          { id: 'good', parts: [{ name: null }] },
          { id: 'bug', parts: null },
        ],
      },
      errors: ['items.0.parts.0.name: Part.name: expected String, but a subgraph answered a list'],
    })
  })

  it('cannot reach into what all objects share', async () => {
    const answer: unknown = JSON.parse('{"data":{"_entities":[{"__proto__":{"polluted":1},"parts":null},null]}}')
    await answering(answer, query)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})

describe('time', () => {
  it('is over at the deadline: what is there is answered, what is late is named, nobody is asked any more', async () => {
    const signals: AbortSignal[] = []
    const graph = await graphWith(
      {
        execute: ({ signal }) => {
          signals.push(signal)
          return new Promise(() => {})
        },
      },
      { deadlineMs: 20 },
    )
    expect(plain(await graph.ask('{ items(ids: ["good"]) { id detail } status }'))).toEqual({
      data: { items: [{ id: 'good', detail: null }], status: null },
      errors: [['status'], ['items']].map((path) => ({
        message: 'subgraph "details" did not answer in time',
        path,
        extensions: { code: 'TIMEOUT', serviceName: 'details' },
      })),
    })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  it('is over when the client is gone, and later answers are dropped', async () => {
    const client = new AbortController()
    const late = deferred<SubgraphAnswer>()
    const asked = deferred<void>()
    const graph = await graphWith({
      execute: () => {
        asked.resolve()
        return late.promise
      },
    })
    const answer = graph.ask('{ items(ids: ["good"]) { detail parts { name } same { detail } } }', {
      signal: client.signal,
    })
    await asked.promise
    client.abort()
    const { data } = await answer
    expect(data).toEqual({ items: [{ detail: null, parts: null, same: { detail: null } }] })
    late.resolve({ data: { _entities: [{ detail: 'late' }] } })
    await late.promise
    expect(data).toEqual({ items: [{ detail: null, parts: null, same: { detail: null } }] })
  })
})

describe('a subgraph over HTTP', () => {
  const opened: AsyncDisposable[] = []
  afterAll(() => Promise.all(opened.map((each) => each[Symbol.asyncDispose]())))

  const askWith = async (answer: Answer, signal?: AbortSignal) => {
    const subgraph = await serveSubgraph(detailsSubgraph, answer)
    opened.push(subgraph)
    const graph = await makeGraph(subgraphs, { transports: { details: subgraph.transport } })
    const { data, errors } = await graph.ask('{ status }', signal ? { signal } : {})
    return { data, errors: errors?.map(({ message, extensions }) => `${String(extensions['code'])}: ${message}`) }
  }

  it.each<[string, Answer, string]>([
    [
      'answers 502',
      (_, response) => void response.writeHead(502).end('bad gateway'),
      'SUBGRAPH_UNAVAILABLE: subgraph "details" answered HTTP 502',
    ],
    [
      'refuses the gateway',
      (_, response) => void response.writeHead(401).end('{"errors":[{"message":"who?"}]}'),
      'SUBGRAPH_UNAVAILABLE: subgraph "details" refused the gateway (HTTP 401)',
    ],
    [
      'answers a page',
      (_, response) => void response.end('<html>'),
      'SUBGRAPH_ANSWER_INVALID: subgraph "details": expected a GraphQL answer',
    ],
    [
      'answers another JSON',
      (_, response) => void response.end('{"ok":true}'),
      'SUBGRAPH_ANSWER_INVALID: subgraph "details": expected a GraphQL answer',
    ],
    [
      'answers errors that are none',
      (_, response) => void response.end('{"errors":"many"}'),
      'SUBGRAPH_ANSWER_INVALID: subgraph "details": expected a GraphQL answer',
    ],
    [
      'breaks off',
      (_, response) =>
        void response.writeHead(200, { 'content-length': '99' }).write('{"data":', () => response.destroy()),
      'SUBGRAPH_UNAVAILABLE: subgraph "details" cannot be reached',
    ],
    [
      'words an error with status 500',
      (_, response) =>
        void response.writeHead(500).end('{"errors":[{"message":"slow down","extensions":{"code":"RATE_LIMITED"}}]}'),
      'RATE_LIMITED: slow down',
    ],
  ])('%s', async (_name, answer, error) => {
    expect(await askWith(answer)).toEqual({ data: { status: null }, errors: [error] })
  })

  it('is told when the client hangs up', async () => {
    const client = new AbortController()
    const hungUp = deferred<boolean>()
    await askWith((request, response) => {
      response.once('close', () => hungUp.resolve(response.writableEnded))
      request.resume().once('end', () => client.abort())
    }, client.signal)
    expect(await hungUp.promise).toBe(false)
  })

  it('gets the assertion of the viewer and the id of the request', async () => {
    const subgraph = await serveSubgraph(detailsSubgraph)
    opened.push(subgraph)
    const graph = await makeGraph(subgraphs, { transports: { details: subgraph.transport } })
    await graph.ask('{ status }')
    expect(subgraph.requests).toMatchObject([{ authorization: 'Bearer assertion-of-m1', 'x-request-id': 'r1' }])
  })

  it('is reachable as long as it answers at all', async () => {
    const subgraph = await serveSubgraph(detailsSubgraph, (_, response) => void response.writeHead(401).end())
    const { transport } = subgraph
    await transport.check(AbortSignal.timeout(5_000))
    await subgraph[Symbol.asyncDispose]()
    const again = await serveSubgraph(detailsSubgraph, (_, response) => void response.writeHead(503).end())
    opened.push(again)
    await expect(again.transport.check(AbortSignal.timeout(5_000))).rejects.toThrow(
      'subgraph "details" answered HTTP 503',
    )
  })
})
