import {
  buildSchema,
  defaultFieldResolver,
  getNamedType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLFieldResolver,
} from 'graphql'
import { createGrants } from '../../../../gateway/grants.ts'
import { VIEWER } from '../../graph.ts'
import { testCase } from '../case.ts'
import { animals, diagnose, done, findAnimal, reset, type Animal, type Owner } from './data.ts'
import { patientsSubgraph } from './patients.ts'
import { recordsSubgraph } from './records.ts'

const SCHEMA = `
  type Query {
    animals: [Animal!] dogs: [Dog!] patients: [Patient] animal(id: ID!): Animal
    visits: Int! erased: Int secrets: [Secret] clinic: String
  }
  type Mutation { visit: Int! erase(many: Int = 1): Int }
  interface Animal { id: ID! name: String mood: Mood }
  union Patient = Dog | Cat | Ghost
  enum Mood { CALM WILD }
  scalar Phone
  type Dog implements Animal { id: ID! name: String mood: Mood weight: Int owner: Owner diagnosis: String! }
  type Cat implements Animal { id: ID! name: String mood: Mood weight: Int! owner: Owner }
  type Ghost { id: ID! name: String! }
  type Secret { id: ID! text: String }
  type Owner { id: ID! name: String! phone: Phone bill: Bill debt: Int }
  type Bill { amount: Int! owner: Owner! }
`

const toOwner = (owner: Owner | null): object | null =>
  owner && { ...owner, bill: () => ({ amount: owner.debt, owner: toOwner(owner) }) }

const toWhole = (animal: Animal): object => ({
  ...animal,
  owner: () => toOwner(animal.owner),
  diagnosis: diagnose(animal),
})

const roots = {
  animals: animals.filter(({ __typename }) => __typename !== 'Ghost').map(toWhole),
  dogs: animals.filter(({ __typename }) => __typename === 'Dog').map(toWhole),
  patients: animals.map(toWhole),
  animal: ({ id }: { readonly id: string }) =>
    [findAnimal({ id })].flatMap((it) => (it && id !== 'g1' ? toWhole(it) : []))[0],
  visits: () => done.visits,
  erased: () => done.erased,
  secrets: [{ id: 's1', text: 'hush' }],
  clinic: 'Paws',
  visit: () => ++done.visits,
  erase: ({ many }: { readonly many: number | null }) => (done.erased += many ?? 0),
}

/** What each sees by hand: which fields, and values of which types, are kept from whom. */
const WHO = [
  {
    who: 'nobody in particular',
    scopes: [],
    policies: [],
    kept: [
      'Query.secrets',
      'Mutation.erase',
      'Animal.name',
      'Dog.name',
      'Dog.diagnosis',
      'Cat.weight',
      'Ghost.id',
      'Ghost.name',
      'Secret.text',
      'Owner.name',
      'Mood',
      'Phone',
      'Bill',
    ],
  },
  {
    who: 'somebody with half of everything',
    scopes: ['all', 'secrets:read', 'phones', 'records', 'medium'],
    policies: ['scales', 'money', 'secrets'],
    kept: [
      'Query.secrets',
      'Mutation.erase',
      'Animal.name',
      'Dog.name',
      'Cat.weight',
      'Secret.text',
      'Owner.name',
      'Mood',
    ],
  },
  {
    who: 'a vet',
    scopes: ['names', 'all', 'admin', 'secrets:read', 'erase', 'owners'],
    policies: ['vet', 'moods'],
    kept: ['Dog.diagnosis', 'Ghost.id', 'Ghost.name', 'Phone', 'Bill'],
  },
  {
    who: 'somebody who may see all',
    scopes: ['secrets', 'erase', 'phones', 'dogs', 'medium', 'owners', 'records'],
    policies: ['moods', 'cats', 'scales', 'vet', 'money'],
    kept: [],
  },
]

/** Resolves as one schema does whose resolvers check access, by how a field is asked for: of an interface, or of a type. */
function refuse(kept: readonly string[]): (document: DocumentNode) => GraphQLFieldResolver<unknown, unknown> {
  const schema = buildSchema(SCHEMA)
  return (document) => {
    const refused = new Set<FieldNode>()
    const types = new TypeInfo(schema)
    const Field = (node: FieldNode) => {
      const [parent, type] = [types.getParentType(), types.getType()]
      if (kept.includes(`${parent?.name}.${node.name.value}`) || kept.includes(getNamedType(type)?.name ?? ''))
        refused.add(node)
    }
    visit(document, visitWithTypeInfo(types, { Field }))
    return (source, args, context, info) => {
      if (info.fieldNodes.every((node) => refused.has(node))) throw new Error('refused')
      return defaultFieldResolver(source, args, context, info)
    }
  }
}

for (const { who, scopes, policies, kept } of WHO) {
  testCase(`what is kept from ${who}`, {
    subgraphs: [patientsSubgraph, recordsSubgraph],
    schema: SCHEMA,
    roots,
    reset,
    resolver: refuse(kept),
    viewer: { ...VIEWER, scopes },
    grants: createGrants((_viewer, policy) => policies.includes(policy)),
    runs: 40,
    samples: { id: ['d1', 'c1', 'g1'] },
    operations: {
      'a field, and what requires another': {
        text: '{ dogs { id name diagnosis } }',
        ...(who === 'nobody in particular' && { plan: 'Fetch patients: {dogs{id}}' }),
      },
      'a field of an interface, by what its types require': '{ animals { id name mood } }',
      'a field of a type of an interface': '{ animals { ... on Cat { name } ... on Dog { name weight } } }',
      'the same field, asked of an interface and of a type': '{ animals { name ... on Cat { name } } }',
      'what may not be null': '{ animals { id ... on Cat { weight owner { name } } } }',
      'a type of a union': '{ patients { __typename ... on Ghost { id name } ... on Dog { id } } }',
      'the values of a scalar and an enum': '{ animals { mood ... on Dog { owner { id phone } } } }',
      'a whole type, behind an entity': '{ dogs { owner { debt bill { amount owner { name } } } } }',
      'everything, and nobody is asked': '{ secrets { id text } }',
      'in fragments, under other names and conditions': {
        text: `query ($yes: Boolean!) { a: animals { ...A } dogs { ...A @include(if: $yes) } }
          fragment A on Animal { id: name ... on Dog { name: id owner { it: name @skip(if: $yes) } } }`,
        variables: { yes: true },
      },
      'a mutation, which is not done, and those beside it are': 'mutation { visit erase(many: 2) again: visit }',
    },
  })
}
