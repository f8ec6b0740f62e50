import { existsSync, readFileSync } from 'node:fs'
import { buildSchema, Kind, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { examples } from '../../console/graphiql/examples.ts'

const publicSchema = 'schema/api.graphql'

describe('the examples in GraphiQL', () => {
  it('are a query, a mutation and a subscription, each with a name for its tab', () => {
    const operations = examples.flatMap(({ query }) => parse(query).definitions)
    expect(operations.map((node) => node.kind === Kind.OPERATION_DEFINITION && node.operation)).toEqual([
      'query',
      'mutation',
      'subscription',
    ])
    expect(operations.every((node) => node.kind === Kind.OPERATION_DEFINITION && node.name !== undefined)).toBe(true)
  })

  it.skipIf(!existsSync(publicSchema)).each(examples.map(({ query }) => [query]))(
    'is valid on the graph: %s',
    (query) => {
      const schema = buildSchema(readFileSync(publicSchema, 'utf8'))
      expect(validate(schema, parse(query)).map((error) => error.message)).toEqual([])
    },
  )
})
