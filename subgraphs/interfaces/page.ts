import { GraphQLError } from 'graphql'
import {
  ArgsType,
  type ClassType,
  Directive,
  Field,
  FieldResolver,
  Int,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import type { Page, PageRequest } from '../../store/read.ts'
import { badUserInput } from '../errors.ts'

/** Most rows that one page may hold. */
export const MAX_PAGE = 100
const DEFAULT_PAGE = 20

/** Which part of a list is wanted: forwards with `first` and `after`, or backwards with `last` and `before`. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `How many rows from the start: 1 to ${MAX_PAGE}; ${DEFAULT_PAGE} when neither \`first\` nor \`last\` is given.`,
  })
  readonly first!: number | null | undefined

  @Field(() => String, { nullable: true, description: 'The cursor to start behind.' })
  readonly after!: string | null | undefined

  @Field(() => Int, { nullable: true, description: `How many rows from the end: 1 to ${MAX_PAGE}.` })
  readonly last!: number | null | undefined

  @Field(() => String, { nullable: true, description: 'The cursor to end before.' })
  readonly before!: string | null | undefined
}

function size(name: 'first' | 'last', value: number): number {
  if (value >= 1 && value <= MAX_PAGE) return value
  throw badUserInput(`${name}: expected 1 to ${MAX_PAGE}, but got ${value}`)
}

/**
 * Checks page arguments and gives them the defaults.
 *
 * @throws GraphQLError `BAD_USER_INPUT` naming the argument
 */
export function toPageRequest(args: PageArgs): PageRequest {
  const { first, after, last, before } = args
  if (first != null && last != null) throw badUserInput('first and last: give one of them, not both')
  if (last != null) {
    if (after != null) throw badUserInput('after: goes with first; with last use before')
    return { last: size('last', last), ...(before != null && { before }) }
  }
  if (before != null) throw badUserInput('before: goes with last; with first use after')
  return { first: size('first', first ?? DEFAULT_PAGE), ...(after != null && { after }) }
}

@Directive('@shareable')
@ObjectType('PageInfo', { simpleResolvers: true, description: 'Where a page stands in its list (Relay).' })
export class PageInfo {
  @Field(() => Boolean)
  readonly hasNextPage!: boolean

  @Field(() => Boolean)
  readonly hasPreviousPage!: boolean

  @Field(() => String, { nullable: true })
  readonly startCursor!: string | null

  @Field(() => String, { nullable: true })
  readonly endCursor!: string | null
}

/** A page's class in the schema, and the resolver that reads it from the store's `Page`. */
export interface ConnectionClasses {
  readonly Connection: ClassType
  readonly resolver: ClassType
}

/**
 * Makes `${name}Connection` and `${name}Edge` over a node type. Rows are nullable, because a node's own fields come
 * from its provider's subgraph: when that one fails, its rows are null and the others stay.
 */
export function connectionOf(name: string, node: () => ClassType): ConnectionClasses {
  @Directive('@shareable')
  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class Edge {
    @Field(() => String)
    readonly cursor!: string

    @Field(node, { nullable: true })
    readonly node!: unknown
  }

  @Directive('@shareable')
  @ObjectType(`${name}Connection`, {
    description: `A page of a list (Relay): \`nodes\` is \`edges\` without the cursors.`,
  })
  class Connection {
    @Field(() => [Edge])
    readonly edges!: readonly Edge[]

    @Field(() => [node()], { nullable: 'items' })
    readonly nodes!: readonly unknown[]

    @Field(() => PageInfo)
    readonly pageInfo!: PageInfo

    @Field(() => Int, {
      description:
        'How many there are in the whole list under this filter: counted only when asked for, and up to 10,000; beyond that an estimate.',
    })
    readonly totalCount!: number

    @Field(() => Boolean, {
      description: 'Whether `totalCount` is an estimate by the statistics of the database; false when it was counted.',
    })
    readonly totalCountIsEstimate!: boolean
  }

  @Resolver(() => Connection)
  class ConnectionResolver {
    @FieldResolver(() => [Edge])
    edges(@Root() page: Page<unknown>): readonly { cursor: string; node: unknown }[] {
      return page.rows.map((row, index) => ({ cursor: cursorAt(page, index), node: row }))
    }

    @FieldResolver(() => [node()], { nullable: 'items' })
    nodes(@Root() page: Page<unknown>): readonly unknown[] {
      return page.rows
    }

    @FieldResolver(() => PageInfo)
    pageInfo(@Root() page: Page<unknown>): PageInfo {
      return {
        hasNextPage: page.hasNextPage,
        hasPreviousPage: page.hasPreviousPage,
        startCursor: page.cursors[0] ?? null,
        endCursor: page.cursors.at(-1) ?? null,
      }
    }

    @FieldResolver(() => Int)
    totalCount(@Root() page: Page<unknown>): Promise<number> {
      return page.totalCount()
    }

    @FieldResolver(() => Boolean)
    totalCountIsEstimate(@Root() page: Page<unknown>): Promise<boolean> | boolean {
      return page.isTotalCountEstimate?.() ?? false
    }
  }
  return { Connection, resolver: ConnectionResolver }
}

function cursorAt(page: Page<unknown>, index: number): string {
  const cursor = page.cursors[index]
  if (cursor === undefined) throw new GraphQLError(`page: row ${index} has no cursor`)
  return cursor
}
