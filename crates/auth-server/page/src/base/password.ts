// What the page asks of a new password; the server has the last word.

export const shortestPassword = 8;
export const passwordHint = `At least ${shortestPassword} characters.`;
