// Less light for a dim room: a veil over the whole page, below no mouse.

export class Dim {
  constructor(page) {
    this.page = page;
  }

  viewed(changed) {
    if (changed.includes("dim")) document.body.classList.toggle("dim", Boolean(this.page.view.dim));
  }
}
