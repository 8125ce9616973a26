import { expect } from "vitest";
import { browserTest, openBrowser } from "./browser.ts";

browserTest("a page is laid out in a window of the given width, and its errors are collected", async () => {
  await using browser = await openBrowser();
  const { page, errors } = await browser.open({ width: 360 });
  await page.setContent(`<h1>Hello</h1><script>console.error("not so good"); throw new Error("worse")</script>`);
  expect(await page.evaluate("[innerWidth, document.querySelector('h1').textContent]")).toEqual([360, "Hello"]);
  expect(errors).toEqual(["not so good", "Error: worse"]);
});
