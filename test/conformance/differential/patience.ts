/** How long, in milliseconds, anything is waited for that must come: whatever else the machine does, never a verdict. */
export const patience = 60_000;
