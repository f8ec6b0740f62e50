import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { type Metric, METRICS } from '../../../store/metrics/dictionary.ts'

/** What docs/metrics.md says in the column "counts". */
const countedAs = ({ fact, counted }: Metric): string =>
  counted === 'within' ? `\`${fact}\` with \`at\` in the range` : `\`${fact}\` that hold the end of the range`

/** And in the column "value". */
const VALUES: Readonly<Record<Metric['value'], string>> = {
  none: 'how many',
  wait: 'seconds from `since` to `at`',
  age: "seconds from the thread's beginning to the end",
  score: 'score from 1 to 5',
}

const HEADLINES: Readonly<Record<Metric['headline'], string>> = {
  count: '`count`',
  average: '`average`',
  p50: '`p50`',
}

test('the dictionary and docs/metrics.md tell the same', async () => {
  const text = await readFile('docs/metrics.md', 'utf8')
  const rows = /## Metrics\n(?<table>[^#]*)/.exec(text)?.groups?.['table'] ?? ''
  const told = rows
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    )
  expect(told).toEqual(
    Object.entries(METRICS).map(([name, metric]) => [
      `\`${name}\``,
      countedAs(metric),
      VALUES[metric.value],
      HEADLINES[metric.headline],
    ]),
  )
})
