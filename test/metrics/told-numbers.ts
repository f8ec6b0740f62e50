import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { parse } from 'graphql'
import type { Client } from '../e2e/client.ts'
import type { Grouping, Metric, Statistics } from './checker.ts'
import type { Week } from './hours.ts'

/** How long a bucket is. */
export type Bucket = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR'

/** What a client asks `stats` for. */
export interface Question {
  readonly metrics: readonly Metric[]
  readonly from: Date
  readonly to: Date
  readonly timeZone: string
  readonly hours: 'CALENDAR' | 'BUSINESS'
  readonly bucket?: Bucket
  readonly groupBy?: Grouping | 'AGE'
  /** As it stands in the query. */
  readonly filter?: string
}

/** What values come to, and the figure that stands for the metric. */
export interface Value extends Statistics {
  readonly value: number | null
}

/** A row of a number, by global ids. */
export interface Row {
  readonly at: string | null
  readonly since: string | null
  readonly value: number | null
  readonly conversation: Identified
  readonly ticket: Identified
  readonly message: Identified
  readonly agent: Identified
  readonly team: Identified
  readonly contact: Identified
}
type Identified = { readonly id: string } | null

/** A bucket as it is told. */
export interface ToldBucket {
  readonly from: string
  readonly to: string
  readonly value: Value
}

/** A metric as it is told. */
export interface Told {
  readonly metric: Metric
  readonly total: Value
  readonly previous: Value
  readonly growth: number | null
  readonly buckets: readonly ToldBucket[]
  readonly groups: readonly {
    readonly key: string | null
    readonly value: Value
    readonly buckets: readonly ToldBucket[]
  }[]
}

const VALUE = 'value count average p50 p90 p95 minimum maximum sum'
const ROW = `at since value ${['conversation', 'ticket', 'message', 'agent', 'team', 'contact'].map((each) => `${each} { id }`).join(' ')}`

const argumentsOf = ({ metrics, from, to, timeZone, hours, bucket, groupBy, filter }: Question): string =>
  [
    `metrics: [${metrics.join(', ')}], from: "${from.toISOString()}", to: "${to.toISOString()}"`,
    `timeZone: "${timeZone}", hours: ${hours}`,
    ...(bucket === undefined ? [] : [`bucket: ${bucket}`]),
    ...(groupBy === undefined ? [] : [`groupBy: ${groupBy}`]),
    ...(filter === undefined ? [] : [`filter: ${filter}`]),
  ].join(', ')

async function ask<Data>(client: Client, text: string): Promise<Data> {
  const document: TypedDocumentNode<Data, Record<string, never>> = parse(text)
  return client.ask(document, {})
}

/** Asks for all numbers of a question, without their rows. */
export async function askNumbers(client: Client, question: Question): Promise<readonly Told[]> {
  const buckets = `buckets { from to value { ${VALUE} } }`
  const { stats } = await ask<{ readonly stats: readonly (Told | null)[] }>(
    client,
    `{ stats(${argumentsOf(question)}) { metric total { ${VALUE} } previous { ${VALUE} } growth ${buckets}
      groups(first: ${question.bucket === undefined ? 100 : 30}) { key value { ${VALUE} } ${question.bucket === undefined ? 'buckets { from to value { value } }' : buckets} } } }`,
  )
  return stats.filter((each) => each !== null)
}

/** Every row that a number counts, page by page, and how many there are said to be. */
export async function askRows(
  client: Client,
  question: Question,
): Promise<{ readonly rows: readonly Row[]; readonly totalCount: number }> {
  const rows: Row[] = []
  for (let after = ''; ;) {
    const page = `first: 50${after === '' ? '' : `, after: "${after}"`}`
    interface Page {
      readonly totalCount: number
      readonly nodes: readonly (Row | null)[]
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
    }
    const { stats } = await ask<{ readonly stats: readonly ({ readonly total: { readonly rows: Page } } | null)[] }>(
      client,
      `{ stats(${argumentsOf(question)}) { total { rows(${page}) { totalCount nodes { ${ROW} } pageInfo { hasNextPage endCursor } } } } }`,
    )
    const told = stats[0]?.total.rows
    if (told === undefined) throw new Error('the number was not told')
    rows.push(...told.nodes.filter((node) => node !== null))
    if (!told.pageInfo.hasNextPage) return { rows, totalCount: told.totalCount }
    after = told.pageInfo.endCursor
  }
}

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']

/** Sets the business hours of the workspace. */
export async function setWeek(client: Client, { timeZone, hours, holidays }: Week): Promise<void> {
  const intervals = hours.map(({ day, from, to }) => `{ day: ${DAYS[day - 1]}, from: "${from}", to: "${to}" }`)
  const input = `{ timeZone: "${timeZone}", intervals: [${intervals.join(', ')}], holidays: ${JSON.stringify(holidays)} }`
  const { setBusinessHours } = await ask<{ readonly setBusinessHours: { readonly userErrors: readonly object[] } }>(
    client,
    `mutation { setBusinessHours(input: ${input}) { userErrors { message } } }`,
  )
  if (setBusinessHours.userErrors.length > 0) throw new Error(JSON.stringify(setBusinessHours.userErrors))
}
