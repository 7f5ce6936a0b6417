import { expect, test } from "vitest";
import { checkStatement } from "../../src/database/statement-guard.ts";

test.for([
  "SELECT 1",
  "  -- why\n select 1",
  "/* name */ SELECT 1",
  "(SELECT 1) UNION (SELECT 2)",
  "WITH x AS (SELECT 1) SELECT * FROM x",
])("a read: %j", (sql) => {
  expect(() => {
    checkStatement(sql, "read");
    checkStatement(sql, "read-write");
  }).not.toThrow();
});

test.for(["INSERT INTO t VALUES ?", "update t set a = 1", "DELETE FROM t", "SELECT * FROM t FOR UPDATE"])(
  "needs a transaction: %j",
  (sql) => {
    checkStatement(sql, "read-write");
    expect(() => {
      checkStatement(sql, "read");
    }).toThrow(expect.objectContaining({ code: "misuse" }));
  },
);

test.for([
  "",
  "SET autocommit = 0",
  "begin",
  "COMMIT",
  "ROLLBACK TO here",
  "SAVEPOINT here",
  "USE other",
  "ALTER TABLE t ADD a INT",
  "TRUNCATE t",
  "LOAD DATA INFILE 'x' INTO TABLE t",
  "CALL anything()",
  "DO SLEEP(1)",
  "/*! SET autocommit = 0 */",
  "/*M! SET autocommit = 0 */",
  "SELECT get_lock ('x', 1)",
])("never: %j", (sql) => {
  expect(() => {
    checkStatement(sql, "read-write");
  }).toThrow(expect.objectContaining({ code: "misuse" }));
});
