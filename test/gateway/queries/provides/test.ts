import { testCase } from '../case.ts'
import { media, messages } from './data.ts'
import { librarySubgraph } from './library.ts'
import { messagesSubgraph } from './messages.ts'
import { peopleSubgraph } from './people.ts'

testCase('fields provided on some ways: nested, on interfaces and on unions', {
  subgraphs: [messagesSubgraph, peopleSubgraph, librarySubgraph],
  schema: `
    type Query { messages: [Message!]! newest: Message people: Int library: [Medium!]! }
    type Message { id: ID! sender: Sender attachment: Medium preview: Preview all: [Medium!]! }
    type Sender { id: ID! name: String! team: Team! email: String! }
    type Team { id: ID! title: String! lead: Lead! }
    type Lead { name: String! }
    interface Medium { id: ID! title: String! }
    union Preview = Image | Film
    type Image implements Medium { id: ID! title: String! width: Int! }
    type Film implements Medium { id: ID! title: String! seconds: Int! }
  `,
  roots: { messages, newest: messages[1], people: 2, library: media },
  operations: {
    'takes what is provided, down to the leaves': {
      text: '{ newest { sender { name team { title lead { name } } } } }',
      plan: 'Fetch messages: {newest{sender{name team{title lead{name}}}}}',
    },
    'asks the owner where it is not provided': {
      text: '{ messages { sender { name } } }',
      plan: `
Sequence
  Fetch messages: {messages{sender{__typename id}}}
  At messages.@.sender
    requires Sender { __typename id }
    Fetch people: query($representations:[_Any!]!){_entities(representations: $representations){...on Sender{name}}}`,
    },
    'takes a part and asks for the rest': '{ newest { sender { name email team { id title } } } }',
    'takes what an interface provides':
      '{ messages { attachment { title ... on Image { width } ... on Film { seconds } } } }',
    'takes what a union provides for one member':
      '{ messages { preview { ... on Image { title width } ... on Film { title seconds } } } }',
    'asks where neither is provided': '{ messages { all { title } } library { title } }',
  },
})
