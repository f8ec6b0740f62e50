import type { TestSubgraph } from '../../graph.ts'
import { animals, done, findAnimal, findOwner, type Animal } from './data.ts'
import { LINK } from './link.ts'

const typeOf = { __resolveType: ({ __typename }: Animal) => __typename }

/** Owns animals. Guards fields, one that is not null, a type of a union, a scalar, an enum and a mutation. */
export const patientsSubgraph: TestSubgraph = {
  name: 'patients',
  link: LINK,
  typeDefs: `
    type Query {
      animals: [Animal!] dogs: [Dog!] patients: [Patient] animal(id: ID!): Animal
      visits: Int! erased: Int
      secrets: [Secret] @requiresScopes(scopes: [["secrets"], ["admin", "secrets:read"]])
    }
    type Mutation {
      visit: Int! @authenticated
      erase(many: Int = 1): Int @requiresScopes(scopes: [["erase"]])
    }
    interface Animal { id: ID! name: String mood: Mood }
    union Patient = Dog | Cat | Ghost
    enum Mood @policy(policies: [["moods"]]) { CALM WILD }
    scalar Phone @requiresScopes(scopes: [["phones"]])
    type Dog implements Animal @key(fields: "id") {
      id: ID! name: String @requiresScopes(scopes: [["dogs"], ["all", "names"]]) mood: Mood weight: Int owner: Owner
    }
    type Cat implements Animal @key(fields: "id") {
      id: ID! name: String mood: Mood weight: Int! @policy(policies: [["scales", "cats"], ["vet"]]) owner: Owner
    }
    type Ghost @authenticated @requiresScopes(scopes: [["medium"]]) { id: ID! name: String! }
    type Secret { id: ID! text: String @policy(policies: [["vet"]]) }
    type Owner @key(fields: "id") { id: ID! name: String! @requiresScopes(scopes: [["owners"]]) phone: Phone }
  `,
  resolvers: {
    Query: {
      animals: () => animals.filter(({ __typename }) => __typename !== 'Ghost'),
      dogs: () => animals.filter(({ __typename }) => __typename === 'Dog'),
      patients: () => animals,
      animal: (_, key: Animal) => (key.id === 'g1' ? null : findAnimal(key)),
      visits: () => done.visits,
      erased: () => done.erased,
      secrets: () => [{ id: 's1', text: 'hush' }],
    },
    Mutation: {
      visit: () => ++done.visits,
      erase: (_, { many }: { readonly many: number | null }) => (done.erased += many ?? 0),
    },
    Animal: typeOf,
    Patient: typeOf,
    Dog: { __resolveReference: findAnimal },
    Cat: { __resolveReference: findAnimal },
    Owner: { __resolveReference: findOwner },
  },
}
