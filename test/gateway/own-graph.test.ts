import { readFile } from 'node:fs/promises'
import {
  buildSchema,
  getNamedType,
  type GraphQLField,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { createPlanner } from '../../gateway/planner.ts'

const graph: GraphQLSchema = buildSchema(await readFile('schema/api.graphql', 'utf8'))
const planner = (await createPlanner(await readFile('schema/supergraph.graphql', 'utf8'))).at(0)

/** How deep fields of fields are asked for: a list, its records, what belongs to them, and pages of that. */
const DEPTH = 4

/** All that can be asked of a type without arguments, so deep; null when that is nothing. */
function selectionOf(typeName: string, depth: number): string | null {
  const type = graph.getType(typeName)
  if (!isObjectType(type) && !isInterfaceType(type)) return null
  const own = Object.values(type.getFields()).flatMap((field) => selectField(field, depth) ?? [])
  const kinds = isAbstractType(type) ? graph.getPossibleTypes(type) : []
  const inherited = new Set(Object.keys(type.getFields()))
  const special = kinds.flatMap((kind) => {
    const { name } = kind
    const fields = Object.values(kind.getFields())
    const more = fields
      .filter((field) => !inherited.has(field.name))
      .flatMap((field) => selectField(field, depth) ?? [])
    return more.length > 0 ? [`... on ${name} { ${more.join(' ')} }`] : []
  })
  const all = [...own, ...special]
  return all.length > 0 ? all.join(' ') : null
}

function selectField({ name, args, type }: GraphQLField<unknown, unknown>, depth: number): string | null {
  if (args.some(isRequiredArgument)) return null
  const of = getNamedType(type)
  if (!isCompositeType(of)) return name
  const inner = depth > 1 ? selectionOf(of.name, depth - 1) : null
  return inner && `${name} { ${inner} }`
}

const roots = Object.values(graph.getQueryType()?.getFields() ?? {})
  .filter(({ args, type }) => !args.some(isRequiredArgument) && isCompositeType(getNamedType(type)))
  .map((field) => field.name)

describe('of our own graph', () => {
  it('there are lists and roots of every provider', () => {
    expect(roots).toEqual(expect.arrayContaining(['tickets', 'contacts', 'conversations', 'intercom']))
  })

  it.each(roots)('whatever can be asked of "%s" has a plan', (name) => {
    const field = graph.getQueryType()?.getFields()[name]
    const asked = field && selectField(field, DEPTH)
    expect(asked).toBeTruthy()
    expect(planner.plan(`{ ${asked} }`).node).toBeDefined()
  })
})
