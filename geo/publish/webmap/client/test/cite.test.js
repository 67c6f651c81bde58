import assert from "node:assert/strict";
import { test } from "node:test";
import { Cited, documentOf } from "../src/lib/cite.js";

test("a citation without its address; a page of no authority is a copy", () => {
  const copy =
    "隆府办发〔2022〕58号《指标体系》 转载：https://www.example.com/a/b.shtml；演示用假设值";
  assert.deepEqual(documentOf(copy), {
    text: "隆府办发〔2022〕58号《指标体系》；演示用假设值",
    host: "www.example.com",
    copy: true,
  });
  const own = documentOf("《通知》 https://www.mee.gov.cn/x.html");
  assert.deepEqual([own.host, own.copy], ["www.mee.gov.cn", false]);
  assert.deepEqual(documentOf("《办法》"), { text: "《办法》", host: "", copy: false });
});

test("a document is cited by one number", () => {
  const cited = new Cited();
  assert.deepEqual(
    ["a", "b", "", "a"].map((one) => cited.mark(one)),
    ["〔1〕", "〔2〕", "", "〔1〕"],
  );
});
