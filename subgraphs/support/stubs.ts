import {
  type ClassType,
  Directive,
  Field,
  FieldResolver,
  ID,
  InterfaceType,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import { toNodeId } from '../../store/id.ts'
import type { Stub, StubKind } from '../interfaces/stub.ts'
import { interfaceName, typeName } from '../names.ts'
import { Node, typeOf } from '../interfaces/node.ts'
import { connectionOf, type ConnectionClasses } from '../interfaces/page.ts'
import { providerNames } from '../provider-names.ts'

interface StubClasses extends ConnectionClasses {
  readonly Interface: ClassType
  readonly idResolver: ClassType
  readonly types: readonly ClassType[]
}

function stubsOf(kind: StubKind): StubClasses {
  @InterfaceType(interfaceName(kind), { implements: Node, autoRegisterImplementations: false, resolveType: typeOf })
  class Interface {
    @Field(() => ID)
    readonly id!: string
  }

  @Resolver(() => Interface)
  class IdResolver {
    @FieldResolver(() => ID)
    id(@Root() stub: Stub): string {
      return toNodeId(stub.kind, stub.id)
    }
  }

  const types = providerNames.map((provider) => {
    @Directive('@key(fields: "id")')
    @ObjectType(typeName(provider, kind), { implements: [Node, Interface], simpleResolvers: true })
    class ProviderStub {}
    return ProviderStub
  })
  return { Interface, idResolver: IdResolver, types, ...connectionOf(interfaceName(kind), () => Interface) }
}

/** This subgraph's side of each interface: the interface with its id alone, and a stub for every provider's type. */
export const stubs: Readonly<Record<StubKind, StubClasses>> = {
  agent: stubsOf('agent'),
  team: stubsOf('team'),
  tag: stubsOf('tag'),
  company: stubsOf('company'),
  contact: stubsOf('contact'),
  conversation: stubsOf('conversation'),
  ticket: stubsOf('ticket'),
  message: stubsOf('message'),
}
