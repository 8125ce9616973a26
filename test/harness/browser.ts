import { existsSync } from "node:fs";
import { chromium, type Page } from "playwright-core";
import { test } from "vitest";

/** Where Debian and other systems put Chromium; `CHROMIUM` overrides it. */
const knownPaths = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The path of the browser on this machine; undefined where there is none. */
const executablePath = knownPaths.find((path) => path !== undefined && path !== "" && existsSync(path));

if (executablePath === undefined) {
  console.warn(
    "Browser tests are skipped: Chromium is not installed (Debian: `apt-get install chromium`) and CHROMIUM names none.",
  );
}

/** A test that needs a browser: skipped, with a sentence that says so, on a machine without Chromium. */
export const browserTest: typeof test | typeof test.skip = executablePath === undefined ? test.skip : test;

/** A page, and what it reported while it was open. */
export type OpenPage = {
  readonly page: Page;
  /** What the page wrote to the console as an error, and the exceptions that it did not catch. */
  readonly errors: readonly string[];
  /** The responses that the page received: address, status and content type. */
  readonly responses: readonly { readonly url: string; readonly status: number; readonly contentType: string }[];
};

/** A headless browser. Every page has a profile of its own: no cookies, storage or cache of another. */
export type TestBrowser = AsyncDisposable & {
  /**
   * Opens an empty page; go on with `page.goto(url)` or `page.setContent(html)`.
   *
   * @param options.width of the window in CSS pixels, 1,280 unless given; `pixelRatio` device pixels stand for one of them.
   * @param options.javaScript false opens a page whose scripts do not run.
   */
  open(options?: {
    width?: number;
    height?: number;
    pixelRatio?: number;
    javaScript?: boolean;
    language?: string;
    colorScheme?: "light" | "dark";
  }): Promise<OpenPage>;
};

const openTimeoutMs = 20_000;

/**
 * Starts a headless Chromium.
 *
 * @throws {Error} where there is none; wrap the test in {@link browserTest}.
 */
export async function openBrowser(): Promise<TestBrowser> {
  if (executablePath === undefined) throw new Error("Chromium is not installed.");
  const browser = await chromium.launch({
    executablePath,
    timeout: openTimeoutMs,
    // Tests also run as root in containers, where Chromium's sandbox cannot be made.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
  });
  return {
    open: async ({ width = 1_280, height = 800, pixelRatio = 1, javaScript = true, language, colorScheme } = {}) => {
      const context = await browser.newContext({
        viewport: { width, height },
        deviceScaleFactor: pixelRatio,
        javaScriptEnabled: javaScript,
        ...(language === undefined ? {} : { locale: language }),
        ...(colorScheme === undefined ? {} : { colorScheme }),
      });
      context.setDefaultTimeout(openTimeoutMs);
      const page = await context.newPage();
      const errors: string[] = [];
      const responses: { url: string; status: number; contentType: string }[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("response", (response) =>
        responses.push({
          url: response.url(),
          status: response.status(),
          contentType: response.headers()["content-type"] ?? "",
        }),
      );
      return { page, errors, responses };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
