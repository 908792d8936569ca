/** Whoever has put something off to the end of the turn. */
export interface TurnUser {
  onTurnEnd(): void;
}

let users: TurnUser[] = [];

/**
 * Calls once what was read in this turn of the event loop has been dealt with: what many messages have to say on one
 * connection then leaves in one write.
 */
export function atTurnEnd(user: TurnUser): void {
  if (users.length === 0) setImmediate(endTurn);
  users.push(user);
}

function endTurn(): void {
  const due = users;
  users = [];
  for (const user of due) user.onTurnEnd();
}
