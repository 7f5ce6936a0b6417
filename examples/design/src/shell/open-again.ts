/** The page that runs, as far as it takes to load it anew. */
export interface RunningPage {
  /** whether the server can be reached */
  readonly answers: () => Promise<boolean>;
  readonly reload: () => void;
}

const PAGE: RunningPage = {
  answers: () =>
    fetch("/healthz", { cache: "no-store" }).then(
      () => true,
      () => false,
    ),
  reload: () => location.reload(),
};

/**
 * Opens once more, because somebody asks for it, a part of the app that did not come. Most browsers take a script that did not come for one that never will, as long as the page lives:
 * where it fails again though the server answers, the page is loaded anew, and her PIN leads back to where she was.
 * @throws whatever `open` rejects with the second time
 */
export async function openAgain<T>(open: () => Promise<T>, page: RunningPage = PAGE): Promise<T> {
  try {
    return await open();
  } catch (error) {
    // What browsers say of a script that did not come. A fault of another kind would be there again.
    if (error instanceof TypeError && (await page.answers())) page.reload();
    throw error;
  }
}
