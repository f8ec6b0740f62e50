/** Reads one value out of Prometheus's text; labels that are not given may be any. Null when there is none. */
export function readMetric(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number | null {
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)))
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
}
