import { parse } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Executor } from '../../../gateway/execute/executor.ts'
import { makeGraph } from '../graph.ts'
import { listFetches, printPlan } from '../../../gateway/print-plan.ts'
import { peopleSubgraph } from '../queries/desk/people.ts'
import { ticketsSubgraph } from '../queries/desk/tickets.ts'
import { agentsSubgraph } from '../queries/live/agents.ts'
import { createFeed } from '../queries/live/data.ts'
import { ticketsSubgraph as liveTickets } from '../queries/live/tickets.ts'
import { catalogueSubgraph } from '../queries/media/catalogue.ts'
import { scoresSubgraph } from '../queries/media/scores.ts'
import { billsSubgraph } from '../queries/orders/bills.ts'
import { cartSubgraph } from '../queries/orders/cart.ts'

let desk: Executor
let media: Executor
let orders: Executor
let live: Executor

beforeAll(async () => {
  desk = (await makeGraph([peopleSubgraph, ticketsSubgraph])).executor
  media = (await makeGraph([catalogueSubgraph, scoresSubgraph])).executor
  orders = (await makeGraph([cartSubgraph, billsSubgraph])).executor
  live = (await makeGraph([liveTickets(createFeed()), agentsSubgraph])).executor
})

const planOf = (executor: Executor, text: string) => `\n${printPlan(executor.explain(parse(text)))}\n`

/** What the executor stands on: should a newer planner plan otherwise, these say where to look. */
describe('plans', () => {
  it('fetch, then complete entities, then theirs', () => {
    expect(planOf(desk, '{ me { name tickets { author { name } } } }')).toMatchInlineSnapshot(`
      "
      Sequence
        Fetch people: {me{__typename name id}}
        At me
          requires Person { __typename id }
          Fetch tickets: query($representations:[_Any!]!){_entities(representations: $representations){...on Person{tickets{author{__typename id}}}}}
        At me.tickets.@.author
          requires Person { __typename id }
          Fetch people: query($representations:[_Any!]!){_entities(representations: $representations){...on Person{name}}}
      "
    `)
  })

  it('batch entities of several places into one request', () => {
    expect(planOf(desk, '{ me { tickets { id } friend { ticketCount } } people { ticketCount } }'))
      .toMatchInlineSnapshot(`
      "
      Sequence
        Fetch people: {me{__typename id friend{...a}} people{...a}} fragment a on Person {__typename id}
        Batch tickets: query($__batch_reps_0:[_Any!]!, $__batch_reps_1:[_Any!]!){_e0: _entities(representations: $__batch_reps_0){...on Person{ticketCount}} _e1: _entities(representations: $__batch_reps_1){...on Person{tickets{id}}}}
          _e0 at people.@, me.friend requires Person { __typename id }
          _e1 at me requires Person { __typename id }
      "
    `)
  })

  it('fetch what is required under an alias where the client asks for the same field otherwise', () => {
    expect(planOf(desk, '{ me { size volume } }')).toMatchInlineSnapshot(`
      "
      Sequence
        Fetch people: {me{__typename size id _internal_qp_alias_0: size(unit: "cm")}}
        At me
          requires Person { __typename size from _internal_qp_alias_0 id }
          Fetch tickets: query($representations:[_Any!]!){_entities(representations: $representations){...on Person{volume}}}
      "
    `)
  })

  it('replace aliases that could be taken for keys', () => {
    expect(planOf(desk, '{ me { id: name tickets { subject: id } } }')).toMatchInlineSnapshot(`
      "
      Sequence
        Fetch people: {me{__typename _client_id: name id}}
        At me
          requires Person { __typename id }
          Fetch tickets: query($representations:[_Any!]!){_entities(representations: $representations){...on Person{tickets{_client_subject: id}}}}
      "
    `)
  })

  it('are made anew for each way that variables decide what is selected', () => {
    const query = `query ($yes: Boolean!) {
      me { tickets @include(if: $yes) { id } ticketCount @skip(if: true) ... @include(if: true) { postage } }
    }`
    const planFor = (yes: boolean) => `\n${printPlan(desk.explain(parse(query), undefined, { variables: { yes } }))}\n`
    expect(planFor(true)).toMatchInlineSnapshot(`
      "
      Sequence
        Fetch people: {me{__typename id zip}}
        At me
          requires Person { __typename zip id }
          Fetch tickets: query($representations:[_Any!]!){_entities(representations: $representations){...on Person{postage tickets{id}}}}
      "
    `)
    expect(planFor(false)).toMatchInlineSnapshot(`
      "
      Sequence
        Fetch people: {me{__typename id zip}}
        At me
          requires Person { __typename zip id }
          Fetch tickets: query($representations:[_Any!]!){_entities(representations: $representations){...on Person{postage}}}
      "
    `)
  })

  it('leave introspection out', () => {
    expect(planOf(desk, '{ __typename __schema { queryType { name } } ... { version } }')).toMatchInlineSnapshot(`
      "
      Fetch people: {version}
      "
    `)
    expect(planOf(desk, '{ __schema { queryType { name } } }')).toBe('\nNothing\n')
    expect(planOf(desk, '{ version @skip(if: true) }')).toBe('\nNothing\n')
  })

  it('introduce an object as the interface where its owner knows it as an interface object', () => {
    expect(planOf(media, '{ known { score } }')).toMatchInlineSnapshot(`
      "
      Sequence
        Fetch catalogue: {known{__typename id}}
        At known.@
          requires Medium { __typename id }
          Fetch scores: query($representations:[_Any!]!){_entities(representations: $representations){...on Medium{score}}}
            sends with [Medium].__typename set to Medium
      "
    `)
  })

  it('ask for the type where a hidden one may stand', () => {
    expect(planOf(media, '{ named { title } shelf { ... on Film { id } } }')).toMatchInlineSnapshot(`
      "
      Fetch catalogue: {named{__typename title} shelf{__typename ...on Film{id}}}
      "
    `)
  })

  it('do mutations one after the other', () => {
    const query = 'mutation { add(item: "a") { paid } pay(order: "1") { items } clear }'
    expect(planOf(orders, query)).toMatchInlineSnapshot(`
      "
      Sequence
        Fetch cart: mutation{add(item: "a"){__typename id}}
        At add
          requires Order { __typename id }
          Fetch bills: query($representations:[_Any!]!){_entities(representations: $representations){...on Order{paid}}}
        Fetch bills: mutation{pay(order: "1"){__typename id}}
        At pay
          requires Order { __typename id }
          Fetch cart: query($representations:[_Any!]!){_entities(representations: $representations){...on Order{items}}}
        Fetch cart: mutation{clear}
      "
    `)
  })

  it('start a subscription at its source', () => {
    expect(planOf(live, 'subscription { ticketChanged { subject agent { name } } }')).toMatchInlineSnapshot(`
      "
      Sequence
        Subscription tickets: subscription{ticketChanged{subject agent{__typename id}}}
        At ticketChanged.agent
          requires Agent { __typename id }
          Fetch agents: query($representations:[_Any!]!){_entities(representations: $representations){...on Agent{name}}}
      "
    `)
    expect(planOf(live, 'subscription { ticketChanged { subject } }')).toMatchInlineSnapshot(`
      "
      Subscription tickets: subscription{ticketChanged{subject}}
      "
    `)
  })

  it('list the fetches of a subscription, its source first', () => {
    const fetches = listFetches(live.explain(parse('subscription { ticketChanged { subject agent { name } } }')))
    expect(fetches.map(({ subgraph, at }) => [subgraph, at])).toEqual([
      ['tickets', null],
      ['agents', 'ticketChanged.agent'],
    ])
  })
})
