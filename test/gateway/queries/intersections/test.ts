import { testCase } from '../case.ts'
import { echo, passes, tickets, type Filter } from './data.ts'
import { deskSubgraph } from './desk.ts'
import { mailSubgraph } from './mail.ts'

testCase('enums and input objects of which subgraphs know different parts', {
  subgraphs: [deskSubgraph, mailSubgraph],
  schema: `
    type Query {
      tickets(filter: Filter, status: Status = OPEN): [Ticket!]!
      echo(filter: Filter, list: [Int], text: String = "none", flag: Boolean): String!
      mails(filter: Filter): Int! folders: [Folder!]!
    }
    enum Status { OPEN CLOSED }
    enum Priority { HIGH LOW }
    enum Folder { INBOX SENT }
    input Filter { status: Status tags: [String!] and: Filter limit: Int = 10 }
    type Ticket {
      id: ID! status: String! priority: Priority! tags: [String!]!
      mails(filter: Filter, folder: Folder! = INBOX): [String!]! folder: Folder folders: [Folder]!
    }
  `,
  roots: {
    tickets: ({ filter, status }: { readonly filter?: Filter; readonly status?: string | null }) =>
      tickets
        .filter((ticket) => passes(ticket, { status: status ?? ticket.status, and: filter ?? null }))
        .map((ticket) => ({
          ...ticket,
          mails: (args: object) => [ticket.id, echo(args)],
          // What clients may not see is null to them.
          folder: ticket.status === 'SPAM' ? null : 'INBOX',
          folders: ['SENT', null, null],
        })),
    echo,
    mails: ({ filter }: { readonly filter?: Filter }) => tickets.filter((ticket) => passes(ticket, filter)).length,
    folders: ['INBOX', 'SENT'],
  },
  samples: { tags: ['tag1', 'tag3'], list: [1, 2] },
  operations: {
    'shows null for a value that clients may not see': '{ tickets(status: null) { folder folders } }',
    'sends a default of the operation, not one of the schema': {
      text: 'query ($s: Status = CLOSED) { tickets(status: $s) { id } }',
      plan: 'Fetch desk: query($s:Status=CLOSED){tickets(status: $s){id}}',
    },
    'leaves out a variable that is not given': 'query ($f: Filter, $t: String) { echo(filter: $f, text: $t) }',
    'sends a variable that is null': {
      text: 'query ($f: Filter, $t: String, $b: Boolean) { echo(filter: $f, text: $t, flag: $b) tickets { mails(filter: $f) } }',
      variables: { f: null, t: null },
    },
    'sends variables inside of input objects': {
      text: 'query ($s: Status!, $t: [String!], $n: Int) { echo(filter: { status: $s, tags: $t, and: { limit: $n } }, list: [1, $n]) }',
      variables: { s: 'OPEN', t: ['a', 'b'] },
    },
    'takes one value for a list': { text: 'query ($l: [Int]) { echo(list: $l) }', variables: { l: 7 } },
  },
})
