import { DrizzleQueryError } from "drizzle-orm";
import { expect, test } from "vitest";
import { classify, reactionTo, translate } from "../../src/database/classify.ts";
import { DatabaseError } from "../../src/database/database-error.ts";

function fromServer(errno: number, sqlMessage = "", more: object = {}): Error {
  return Object.assign(new Error(sqlMessage), {
    errno,
    code: "ER_X",
    sqlState: "HY000",
    sqlMessage,
    ...more,
  });
}

test.for([
  [1213, "deadlock", "again"],
  [1020, "deadlock", "again"],
  [1305, "deadlock", "again"],
  [1205, "lock_timeout", "again"],
  [3572, "lock_timeout", "again"],
  [1053, "connection_lost", "again-elsewhere"],
  [1927, "connection_lost", "again-elsewhere"],
  [1290, "read_only", "leave-server"],
  [1836, "read_only", "leave-server"],
  [1792, "read_only", "leave-server"],
  [1047, "cluster_not_ready", "leave-server"],
  [1180, "cluster_not_ready", "leave-server"],
  [1040, "overloaded", "give-up"],
  [1203, "overloaded", "give-up"],
  [1021, "no_room", "give-up"],
  [1030, "no_room", "give-up"],
  [1114, "no_room", "give-up"],
  [1062, "duplicate", "give-up"],
  [4025, "constraint", "give-up"],
  [3819, "constraint", "give-up"],
  [1064, "statement", "give-up"],
] as const)("error %i is %s: %s", ([errno, code, reaction]) => {
  const error = translate(fromServer(errno));
  expect([error.code, error.errno, reactionTo(error)]).toEqual([code, errno, reaction]);
});

test.for(["PROTOCOL_CONNECTION_LOST", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNREFUSED", "ENOENT"])(
  "%s is a lost line",
  (code) => {
    expect(classify(Object.assign(new Error("x"), { code, errno: -104, fatal: true }))).toBe(
      "connection_lost",
    );
  },
);

test("a fatal error of the driver without any code is a lost line", () => {
  expect(classify(Object.assign(new Error("closed state"), { fatal: true }))).toBe("connection_lost");
});

test("drizzle's wrapper is looked through, however deep", () => {
  const inner = fromServer(1213);
  const wrapped = new Error("outer", { cause: new DrizzleQueryError("SELECT 1", [], inner) });
  expect(classify(wrapped)).toBe("deadlock");
  const own = new DatabaseError("duplicate", "x", { key: "uq_op" });
  expect(translate(new DrizzleQueryError("SELECT 1", [], own))).toBe(own);
});

test("an error whose cause is itself is looked through once", () => {
  const error = new Error("loop");
  error.cause = error;
  expect(classify(error)).toBe("statement");
});

test.for([
  ["Duplicate entry 'x' for key 'uq_op'", "uq_op"],
  ["Duplicate entry 'x-y' for key 'booking.uq_op'", "uq_op"],
  ["Duplicate entry 'it''s for key 'other'' for key 'PRIMARY'", "PRIMARY"],
])("the key in: %s", ([text, key]) => {
  expect(translate(fromServer(1062, text)).key).toBe(key);
});

test.for([
  [3819, "Check constraint 'n_positive' is violated.", "n_positive"],
  [4025, "CONSTRAINT `n_positive` failed for `db`.`t`", "n_positive"],
  [
    1452,
    "Cannot add or update a child row: a foreign key constraint fails (`db`.`t`, CONSTRAINT `t_a` FOREIGN …)",
    "t_a",
  ],
] as const)("the constraint in error %i", ([errno, text, key]) => {
  expect(translate(fromServer(errno, text)).key).toBe(key);
});

test.for([
  [1062, "Duplicate entry 'Amina Yusuf' for key 'k'"],
  [1366, "Incorrect string value: 'Amina Yusuf' for column 'name' at row 1"],
  [1064, "You have an error in your SQL syntax; … near 'Amina Yusuf', 'it\\'s' at line 1"],
  [1064, "… near ''Amina Yusuf', 1)"],
] as const)("error %i shows no value: neither in its text nor in its cause", ([errno, text]) => {
  const error = translate(
    fromServer(errno, text, { sql: "INSERT … 'Amina Yusuf'" }),
    "INSERT INTO t VALUES (?)",
  );
  const shown = JSON.stringify([error, error.message, error.stack, String(error.cause), error.cause]);
  expect(shown).not.toContain("Amina");
  expect(error.statement).toBe("INSERT INTO t VALUES (?)");
});
