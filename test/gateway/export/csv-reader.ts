interface Cell {
  readonly value: string
  readonly isQuoted: boolean
}

/** Reads CSV as RFC 4180 has it, letter by letter; a cell that was quoted is told from one that was not. */
export function readCsv(text: string): Cell[][] {
  const rows: Cell[][] = []
  let row: Cell[] = []
  let at = 0
  while (at < text.length) {
    let value = ''
    const isQuoted = text[at] === '"'
    if (isQuoted) {
      for (at++; ; at++) {
        if (at >= text.length) throw new Error('a quoted cell does not end')
        if (text[at] !== '"') value += text[at]
        else if (text[at + 1] === '"') {
          value += '"'
          at++
        } else break
      }
      at++
    } else {
      while (at < text.length && text[at] !== ',' && text[at] !== '\r') {
        if (text[at] === '"' || text[at] === '\n') throw new Error(`a cell that is not quoted holds ${text[at]}`)
        value += text[at]
        at++
      }
    }
    row.push({ value, isQuoted })
    if (text[at] === ',') {
      at++
      continue
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error(`expected the end of a line at ${at}`)
    at += 2
    rows.push(row)
    row = []
  }
  if (row.length > 0) throw new Error('the last line does not end')
  return rows
}
