import fc from 'fast-check'

/** The seed of every property test, unless `TEST_SEED` names another: each run of the suite tries what the one before tried. */
const SEED = 20261121

const given = process.env['TEST_SEED']
const seed = given === undefined ? SEED : Number(given)
if (given === '' || !Number.isSafeInteger(seed)) {
  throw new Error(`TEST_SEED: expected a whole number, but got "${given}"`)
}

// What fails is told with its seed, and what hangs, too: a little before the runner would end it without a word of either.
fc.configureGlobal({ seed, interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true })
