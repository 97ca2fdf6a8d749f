/** Dates of logs, in time zones east and west. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { gmtDate, isoDate, localDate, localMilliseconds, syslogDate } from '../../../../data-plane/report/log-dates.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test('dates are those of the local time, with its distance from UTC', () => {
  process.env['TZ'] = 'Asia/Kolkata';
  const moment = Date.parse('2009-02-06T11:14:14.055Z');
  assert.equal(localMilliseconds(moment), '06/Feb/2009:16:44:14.055');
  assert.equal(localDate(moment), '06/Feb/2009:16:44:14 +0530');
  assert.equal(gmtDate(moment), '06/Feb/2009:11:14:14 +0000');
  assert.equal(syslogDate(moment), 'Feb  6 16:44:14');
  assert.equal(isoDate(moment), '2009-02-06T16:44:14.055000+05:30');
  process.env['TZ'] = 'America/New_York';
  const later = moment + 86_400_000;
  assert.equal(localDate(later), '07/Feb/2009:06:14:14 -0500');
});

test('a second is written anew when it has passed, and only then', () => {
  process.env['TZ'] = 'UTC';
  const moment = Date.parse('2010-12-31T23:59:59.999Z');
  assert.equal(localMilliseconds(moment), '31/Dec/2010:23:59:59.999');
  assert.equal(localMilliseconds(moment + 1), '01/Jan/2011:00:00:00.000');
  assert.equal(localMilliseconds(moment), '31/Dec/2010:23:59:59.999');
});
