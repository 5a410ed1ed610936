// Another instant in the form of a stored one.

/** The text of an instant, moved by so many milliseconds. */
export function moved(text, milliseconds) {
  if (/^\d+$/.test(text)) return String(Number(text) + milliseconds);
  const [, date, between, time, rest] = /^(\d{4}-\d\d-\d\d)([ T])([\d:.]+)(.*)$/.exec(text);
  const instant = new Date(Date.parse(`${date}T${time}Z`) + milliseconds);
  const [newDate, newTime] = instant.toISOString().slice(0, -1).split("T");
  return `${newDate}${between}${newTime}${rest}`;
}
