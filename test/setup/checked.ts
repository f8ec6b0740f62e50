import type { ContractCheck } from '../../twins/checks.ts'

/** What one test file had held against one provider's contract. */
export interface Checked {
  /** Below the root of the repository. */
  readonly file: string
  readonly provider: string
  readonly requests: number
  readonly responses: number
  /** What broke the contract and must not. */
  readonly violations: readonly string[]
}

/** More requests, and more answers, than these must be held against each contract in a run of all tests. */
export const LEAST_CHECKS = 300

/** The file that calls all there is of a twin: a run without it says nothing of how much is checked. */
const wholeOf = (provider: string): string => `test/twins/${provider}/contract.test.ts`

/** Counts the checks of one test file, by provider. */
export function tally(file: string, checks: readonly ContractCheck[]): Checked[] {
  return [...Map.groupBy(checks, ({ provider }) => provider)].map(([provider, own]) => ({
    file,
    provider,
    requests: own.filter(({ direction }) => direction === 'request').length,
    responses: own.filter(({ direction }) => direction === 'response').length,
    violations: own.filter((check) => isWrong(file, check)).map((check) => told(file, check)),
  }))
}

/** Tests of twins ask for what no contract has, to see it refused. Nobody else may, and no answer may ever break it. */
function isWrong(file: string, { direction, problems }: ContractCheck): boolean {
  if (problems.length === 0) return false
  return direction === 'response' || !isOfTwins(file)
}

const isOfTwins = (file: string): boolean => file.startsWith('test/twins/')

function told(file: string, { provider, direction, method, path, problems }: ContractCheck): string {
  return `${provider}: the ${direction} of ${method} ${path} breaks the contract: ${problems[0]} (${file})`
}

/** What a run comes to: one line to close with, and what is wrong with it. */
export interface Sum {
  /** Null when nothing was checked. */
  readonly line: string | null
  readonly faults: readonly string[]
}

/** Sums a run. */
export function sumUp(all: readonly Checked[]): Sum {
  const providers = [...Map.groupBy(all, ({ provider }) => provider)].toSorted(([left], [right]) =>
    left < right ? -1 : 1,
  )
  const faults = all.flatMap(({ violations }) => violations)
  const counts = providers.map(([provider, own]) => {
    const { requests, responses } = totalOf(own)
    const isWhole = own.some(({ file }) => file === wholeOf(provider))
    if (isWhole && Math.min(requests, responses) <= LEAST_CHECKS)
      faults.push(
        `${provider}: expected more than ${LEAST_CHECKS} requests and answers each to be held against the contract`,
      )
    const ours = totalOf(own.filter(({ file }) => !isOfTwins(file)))
    const share = ours.requests === 0 ? '' : ` (${said(ours.requests, ours.responses)} of connectors)`
    return `${provider} ${said(requests, responses)}${share}`
  })
  return { line: counts.length === 0 ? null : `Held against contracts: ${counts.join('; ')}`, faults }
}

function totalOf(own: readonly Checked[]): { requests: number; responses: number } {
  const sum = (of: (one: Checked) => number): number => own.reduce((total, one) => total + of(one), 0)
  return { requests: sum(({ requests }) => requests), responses: sum(({ responses }) => responses) }
}

const said = (requests: number, responses: number): string => `${requests} requests and ${responses} answers`
