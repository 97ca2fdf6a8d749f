/** Takes out of a line of a log what differs from run to run: dates, ports, times, sizes of heads, process numbers. */

const date = '[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8}(?:\\.[0-9]{3}| [+-][0-9]{4})';

/** Numbers that tell how long something took, or how much passed: -1 and 0 bytes mean something, others only "some". */
function maskNumbers(text: string): string {
  return text.replace(/(?<![0-9-])[0-9]+/g, 'n');
}

export function maskLine(line: string): string {
  return (
    line
      .replace(/(<[0-9]+>)?[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} /, '$1DATE ')
      .replace(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}[+-][0-9]{2}:[0-9]{2}/, 'ISODATE')
      .replace(/(haproxy|mine)(\[[0-9]+\]| [0-9]+)/, '$1 PID')
      .replace(new RegExp(date, 'g'), 'TIME')
      .replace(/(127\.0\.0\.1):[0-9]+/g, '$1:PORT')
      // httplog and tcplog: timers, status, bytes
      .replace(/ (-?[0-9]+(?:\/-?[0-9]+){3}\/\+?[0-9]+) (-?[0-9]+) (\+?[0-9]+) /, (_all, times, status, bytes) => {
        return ` ${maskNumbers(times)} ${status} ${bytes === '0' || bytes === '+0' ? bytes : maskNumbers(bytes)} `;
      })
      .replace(
        / (-?[0-9]+\/-?[0-9]+\/\+?[0-9]+) (\+?[0-9]+) /,
        (_all, times, bytes) => ` ${maskNumbers(times)} ${bytes} `,
      )
      // clf: bytes, port, milliseconds, and the five timers after the names
      .replace(/ ([0-9]+) "" "" [0-9]+ [0-9]+ /, (_all, bytes) => ` ${bytes === '0' ? '0' : 'n'} "" "" PORT MS `)
      .replace(/(" "[^"]+" "[^"]+") ((?:-?[0-9]+ ){5})/, (_all, names, times) => `${names} ${maskNumbers(times)}`)
  );
}
