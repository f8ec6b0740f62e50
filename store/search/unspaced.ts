/** Scripts whose words are not parted by spaces, and the long-vowel sign that two of them share. */
const SCRIPTS = `\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}\\u30fc`

/** A stretch of letters that no spaces part. */
export const UNSPACED_RUN = new RegExp(`[${SCRIPTS}]+`, 'gu')
const UNSPACED = new RegExp(`[${SCRIPTS}]`, 'u')

/** Whether a text holds letters of a script whose words are not parted by spaces. */
export const isUnspaced = (text: string): boolean => UNSPACED.test(text)

/** The letters of a run, each with the marks that belong to it. */
export const toUnits = (run: string): readonly string[] => run.match(/\P{M}\p{M}*|\p{M}+/gu) ?? []

/** Each letter with the next, and the last alone, so that every letter begins one. */
export function toPairs(run: string): readonly string[] {
  const units = toUnits(run)
  return units.map((unit, n) => unit + (units[n + 1] ?? ''))
}
