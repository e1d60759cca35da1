namespace Phosphene.Pages;

/// <summary>
/// How a page looks: one column whose text is as wide as one likes to read and whose figures may be wider, in the fonts of the system.
/// Lengths that belong to text are in rem, those that belong to pictures in px.
/// </summary>
internal static class Stylesheet
{
    /// <summary>The colours, light and dark, and the fonts: of all pages, those of the studio too.</summary>
    public static Html Tokens { get; } = Html.Of($$"""
        :root {
          color-scheme: light;
          --paper: #fff; --ink: #1d1d1b; --quiet: #65645f; --rule: #e3e2dd; --tint: #f5f4f1; --link: #1f5f99;
          --c0: #2a6db0; --c1: #c24e1a; --c2: #23835a; --c3: #8b4bab; --c4: #96690a; --c5: #c0356f; --c6: #16808f; --c7: #6c6b66;
          --serif: Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, "DejaVu Serif", serif;
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif;
          --mono: ui-monospace, "Cascadia Code", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            color-scheme: dark;
            --paper: #17181a; --ink: #e6e4de; --quiet: #a2a099; --rule: #36373a; --tint: #202124; --link: #85bbee;
            --c0: #6cadea; --c1: #ef8d5b; --c2: #66c294; --c3: #c093e2; --c4: #dcb04e; --c5: #ee7da7; --c6: #62c3d0; --c7: #b2b0a8;
          }
        }
        """);

    public static Html Text { get; } = Html.Of($$"""
        {{Tokens}}
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0 auto; padding: 5rem 1.25rem 8rem; max-width: 66.5rem; background: var(--paper); color: var(--ink);
          font: 1.125rem/1.6 var(--serif); overflow-wrap: break-word; }
        h1, h2, nav, figure, .command { font-family: var(--sans); }
        h1 { margin: 0; max-width: 22ch; font-size: clamp(2rem, 5vw + 1rem, 3.25rem); line-height: 1.1; letter-spacing: -.02em;
          text-wrap: balance; }
        h2 { margin: 0 0 1.25rem; max-width: 32ch; font-size: 1.625rem; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; }
        p { margin: 0 0 1.1em; max-width: 66ch; }
        a { color: var(--link); text-underline-offset: .18em; }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 3px; }
        code { font: .86em/1.4 var(--mono); overflow-wrap: anywhere; }
        p code, figcaption code { padding: .1em .3em; border-radius: 3px; background: var(--tint); }
        .lead { margin-top: 1.5rem; font-size: 1.3125rem; line-height: 1.55; color: var(--quiet); }
        .lead p { max-width: 58ch; }

        nav { margin-top: 3rem; padding-top: 1.25rem; border-top: 1px solid var(--rule); font-size: .9375rem; line-height: 1.45; }
        nav ol { margin: 0; padding: 0; list-style: none; columns: 18rem 3; column-gap: 2.5rem; }
        nav li { padding: .2rem 0; break-inside: avoid; }
        nav a { color: var(--quiet); text-decoration: none; }
        nav a:hover { color: var(--link); text-decoration: underline; }
        section { margin-top: 4.5rem; padding-top: 2.25rem; border-top: 1px solid var(--rule); }
        main > section:first-child { margin-top: 2.5rem; border-top: 0; }
        header + main { border-top: 1px solid var(--rule); margin-top: 3rem; }
        header + main > section:first-child { margin-top: 0; }

        figure { margin: 0; }
        figcaption { color: var(--quiet); font-size: .8125rem; line-height: 1.45; }
        .block { margin: 2.25rem 0 2.75rem; }
        .block > figcaption { margin-top: 1rem; max-width: 40rem; font-size: .875rem; line-height: 1.55; }
        .nothing, .remark { color: var(--quiet); font-size: .8125rem; }
        .nothing { font-style: italic; margin: 0; }
        img { display: block; max-width: 100%; height: auto; background: var(--tint); }
        .pixels { image-rendering: pixelated; }

        .pictures { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1.25rem 1rem; }
        .pictures > figure { max-width: 100%; }
        figure > figure > figcaption, .pictures figcaption, td figcaption { margin-top: .45rem; color: var(--ink); }
        small { display: block; color: var(--quiet); font-size: .75rem; font-variant-numeric: tabular-nums; }
        .strip .pictures { gap: 3px; }

        table { border-collapse: collapse; font-size: .875rem; line-height: 1.45; font-variant-numeric: tabular-nums; }
        th { font-weight: 600; text-align: left; }
        .scroll { overflow-x: auto; background:
          linear-gradient(var(--paper), var(--paper)) right / 1rem 100% no-repeat local,
          linear-gradient(to left, var(--rule), transparent) right / 1rem 100% no-repeat scroll; }
        .data th, .data td { padding: .45rem 1.5rem .45rem 0; vertical-align: top; border-bottom: 1px solid var(--rule); }
        .data th { vertical-align: bottom; color: var(--quiet); font-size: .8125rem; }
        .data th:last-child, .data td:last-child { padding-right: 0; }
        th.number, td.number { text-align: right; white-space: nowrap; }

        .comparison td, .comparison th { padding: 0 1rem 1.25rem 0; vertical-align: top; }
        .comparison tbody tr:last-child > * { padding-bottom: 0; }
        .comparison thead th { padding-bottom: .6rem; vertical-align: bottom; color: var(--quiet); font-size: .8125rem; }
        .comparison tbody th { position: sticky; left: 0; z-index: 1; min-width: 5.5rem; max-width: 10rem; background: var(--paper);
          overflow-wrap: break-word; font-size: .8125rem; }
        .comparison td img { max-width: none; }

        .chart p, .chart ul { max-width: none; margin: 0; padding: 0; color: var(--quiet); font-size: .8125rem; line-height: 1.45; }
        .chart { max-width: 48rem; }
        .plot { padding: .5rem .75rem 1.75rem calc(var(--ticks) * .52rem + .6rem); }
        .plot svg { display: block; overflow: visible; }
        .plot text { fill: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums; }
        .plot text.x { text-anchor: middle; }
        .plot text.y { text-anchor: end; }
        .plot line { stroke: var(--rule); }
        path { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
        path.fine { stroke-width: 1.25; }
        path.dashed { stroke-dasharray: 5 4; }
        .chart p.y { margin-bottom: .35rem; }
        .chart p.x { margin-top: -.25rem; padding-right: .75rem; text-align: right; }
        .legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; list-style: none; }
        .chart .legend { margin-bottom: .75rem; }
        .legend svg { margin-right: .45rem; vertical-align: .1em; }
        text.name { display: none; }
        @media (min-width: 44rem) {
          .direct .legend { display: none; }
          .direct text.name { display: block; font-size: 12.5px; font-weight: 600;
            paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
          .direct .plot { padding-right: calc(var(--names) * .5rem + 1.25rem); }
          .direct p.x { padding-right: calc(var(--names) * .5rem + 1.25rem); }
        }
        path.s0 { stroke: var(--c0); } circle.s0, .plot text.s0 { fill: var(--c0); }
        path.s1 { stroke: var(--c1); } circle.s1, .plot text.s1 { fill: var(--c1); }
        path.s2 { stroke: var(--c2); } circle.s2, .plot text.s2 { fill: var(--c2); }
        path.s3 { stroke: var(--c3); } circle.s3, .plot text.s3 { fill: var(--c3); }
        path.s4 { stroke: var(--c4); } circle.s4, .plot text.s4 { fill: var(--c4); }
        path.s5 { stroke: var(--c5); } circle.s5, .plot text.s5 { fill: var(--c5); }
        path.s6 { stroke: var(--c6); } circle.s6, .plot text.s6 { fill: var(--c6); }
        path.s7 { stroke: var(--c7); } circle.s7, .plot text.s7 { fill: var(--c7); }

        .bars table { width: 100%; max-width: 44rem; }
        .bars th { max-width: 14rem; overflow-wrap: anywhere; padding: .22rem 1rem .22rem 0; font-weight: 400; }
        .bars thead th { padding-bottom: .5rem; color: var(--quiet); font-size: .8125rem; }
        .bars tbody td { padding: .22rem 0; }
        .bars tbody td:nth-child(2) { width: 75%;
          background: linear-gradient(var(--rule), var(--rule)) no-repeat var(--zero) 0 / 1px 100%; }
        .bars tbody td.decades:nth-child(2) {
          background: linear-gradient(to right, var(--rule) 1px, transparent 1px) 0 0 / calc(100% / var(--decades)) 100%; }
        .bars td.number { width: 1%; padding-left: .75rem; }
        .bar { display: block; height: .75rem; min-width: 1px; background: var(--c0); border-radius: 1px; }
        .bars .remark { margin: .6rem 0 0; }

        .command { display: flex; max-width: 44rem; margin: 1.5rem 0; padding: .9rem 1.1rem; overflow-x: auto; border-radius: 4px;
          background: var(--tint); line-height: 1.5; }
        .command::before { content: "$"; margin-right: .75rem; color: var(--quiet); font: .84rem/1.55 var(--mono);
          user-select: none; -webkit-user-select: none; }
        .command code { font-size: .84rem; line-height: 1.55; overflow-wrap: normal; user-select: all; -webkit-user-select: all; }

        .running { margin: 1.5rem 0 0; font: .9375rem/1.45 var(--sans); color: var(--quiet); }
        .sorting { display: flex; flex-wrap: wrap; gap: .25rem .5rem; margin: 1.5rem 0 0; padding: 0; border: 0; font: .8125rem/1.45 var(--sans); color: var(--quiet); }
        .sorting legend { float: left; margin-right: .5rem; padding: .3rem 0; }
        .sorting input { position: absolute; opacity: 0; pointer-events: none; }
        .sorting label { padding: .3rem .6rem; border-radius: 3px; cursor: pointer; }
        .sorting input:checked + label { background: var(--tint); color: var(--ink); }
        .sorting input:focus-visible + label { outline: 2px solid var(--link); outline-offset: 1px; }
        .sorting + section { margin-top: 1.5rem; border-top: 0; }
        .sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem 4px; grid-auto-flow: dense; }
        .tile { order: var(--number); min-width: 0; scroll-margin-top: 1rem; }
        main:has(#sort-value:checked) .tile { order: var(--value); }
        main:has(#sort-look:checked) .tile { order: var(--look); }
        .tile > a { display: block; }
        .tile img, .pending { width: 100%; }
        .pending { aspect-ratio: 1; background: var(--tint); }
        .tile figcaption { margin-top: .3rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
        .tile figcaption b { color: var(--ink); font-weight: 600; }
        .tile .value { float: right; padding-right: .3rem; }
        .large { display: none; }
        .tile:target { grid-column: 1 / -1; display: grid; grid-template-columns: minmax(0, 28rem) minmax(0, 1fr); gap: .3rem 1.5rem; margin: .5rem 0 1.5rem; }
        .tile:target > a { grid-row: 1 / span 2; }
        .tile:target figcaption { grid-row: 2; grid-column: 2; display: none; }
        .tile:target .large { display: block; font: .875rem/1.55 var(--sans); color: var(--quiet); }
        .large p { margin: 0 0 .5rem; }
        .large .name { color: var(--ink); font-weight: 600; }
        .large .close { float: right; font-weight: 400; }
        .large .command { margin: 0 0 1rem; padding: .5rem .75rem; white-space: pre-wrap; }
        .large .command code { overflow-wrap: anywhere; }

        .choices fieldset { display: flex; flex-wrap: wrap; gap: 0; margin: .25rem 0 0; padding: 0; border: 0; font: .8125rem/1.45 var(--sans); color: var(--quiet); }
        .choices legend { float: left; min-width: 8.5rem; padding: .8rem 0 0; }
        .choices input { position: absolute; opacity: 0; pointer-events: none; }
        .choices label { position: relative; max-width: 20rem; padding: .9rem 1rem .1rem 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; cursor: pointer; }
        .choices label::before { content: ""; position: absolute; left: 0; right: 0; top: .45rem; border-top: 1px solid var(--rule); }
        .choices .all + label::before, .choices label:last-child::before { border-top-color: transparent; }
        .choices label::after { content: ""; position: absolute; left: 0; top: .2rem; width: .5rem; height: .5rem; border-radius: 50%; background: var(--rule); }
        .choices input:checked + label { color: var(--ink); font-weight: 600; }
        .choices input:checked + label::after { background: var(--c0); }
        .choices input:focus-visible + label { outline: 2px solid var(--link); outline-offset: 1px; }
        .choices .row { margin-top: 1.75rem; }
        .choices .label { max-width: none; margin: 0 0 .5rem; font-size: .8125rem; line-height: 1.45; color: var(--quiet); overflow-wrap: anywhere; }
        .choices .cells { display: flex; flex-wrap: wrap; gap: 1.25rem 4px; }
        .choices .cell { width: 10rem; }
        .choices .cell img { width: 100%; }
        .choices dl { display: grid; grid-template-columns: auto 1fr; gap: 0 .75rem; margin: .15rem .5rem 0 0; font-size: .75rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
        .choices dd { margin: 0; text-align: right; }
        .choices > div:not(:has(.all:checked)) .cell { width: min(100%, 32rem); }

        @media (max-width: 40rem) {
          .sheet { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .75rem 3px; margin: 0 -1rem; }
          .tile figcaption { padding: 0 .35rem; font-size: .75rem; }
          .tile .value { float: none; display: block; }
          .tile:target { grid-template-columns: minmax(0, 1fr); }
          .large { padding: 0 1rem; }
          .sorting label { padding: .7rem .9rem; }
          .choices legend { float: none; width: 100%; padding-top: .75rem; color: var(--ink); }
          .choices label { padding: 1.1rem 1.25rem .6rem 0; }
          .choices .cells { flex-wrap: nowrap; overflow-x: auto; margin-right: -1rem; }
          .choices .cell { flex: 0 0 42%; }
          .choices > div:not(:has(.all:checked)) .cell { flex-basis: 100%; }
          .sorting legend { padding: .7rem 0; }
          body { padding: 2.5rem 1rem 4rem; font-size: 1.0625rem; }
          .lead { font-size: 1.1875rem; }
          section { margin-top: 3rem; padding-top: 1.5rem; }
          h2 { font-size: 1.375rem; }
          .pictures { gap: 1rem .75rem; }
          .data th, .data td { padding-right: 1rem; }
          .strip img { max-width: calc(25% - 3px); }
          .comparison td, .comparison th { padding-right: .75rem; }
          .comparison tbody th { min-width: 5.5rem; max-width: 7rem; }
          .bars th { max-width: 7.5rem; padding-right: .6rem; }
          .bars tbody td:nth-child(2) { width: 50%; }
        }
        @media print {
          body { padding: 0; max-width: none; font-size: 11pt; }
          nav, .sorting, .choices fieldset, .running { display: none; }
          section { margin-top: 2rem; }
          h2 { break-after: avoid; }
          .scroll { overflow: visible; background: none; }
          tr, .chart, .pictures > figure, .pictures > img, .block > figcaption { break-inside: avoid; }
          img, .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """);
}
