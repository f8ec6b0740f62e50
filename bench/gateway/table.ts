import type { Score } from './contest.ts'

/** A contest's scores as a Markdown table: medians over the rounds, and how many times better than the first one. */
export function toTable(title: string, scores: readonly Score[]): string {
  const figures = scores.map(({ name, samples, peakResidentBytes }) => ({
    name,
    rate: median(samples.map(({ perSecond }) => perSecond)),
    cpuMs: median(samples.map((sample) => sample.cpuMs)),
    residentMib: peakResidentBytes / 2 ** 20,
  }))
  const [base] = figures
  if (base === undefined) throw new Error('expected at least one score')
  const rows = figures.map(({ name, rate, cpuMs, residentMib }) => {
    const speed = [rate.toFixed(0), `${(rate / base.rate).toFixed(1)}×`]
    const work = [cpuMs.toFixed(2), `${(base.cpuMs / cpuMs).toFixed(1)}×`]
    return `| ${[name, ...speed, ...work, residentMib.toFixed(0)].join(' | ')} |`
  })
  const head = '| contender | operations/s | ratio | CPU ms/operation | ratio | peak resident MiB |'
  return [`### ${title}`, '', head, '| --- | ---: | ---: | ---: | ---: | ---: |', ...rows, ''].join('\n')
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN
  return (upper + lower) / 2
}
