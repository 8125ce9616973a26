const side = 960;

/** A square with a soft floor, in two tones, with a drawing on it. */
function scene(light: string, dark: string, drawing: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 960 960">
<defs>
<radialGradient id="wall" cx="50%" cy="38%" r="75%"><stop stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></radialGradient>
<radialGradient id="shade"><stop stop-color="#000" stop-opacity=".28"/><stop offset="1" stop-color="#000" stop-opacity="0"/></radialGradient>
<linearGradient id="denim" x2="0" y2="1"><stop stop-color="#4a6fa5"/><stop offset="1" stop-color="#2f4b7c"/></linearGradient>
<linearGradient id="metal" x2="0" y2="1"><stop stop-color="#d9dde3"/><stop offset="1" stop-color="#a3abb8"/></linearGradient>
<linearGradient id="screen" x2="1" y2="1"><stop stop-color="#23395d"/><stop offset=".55" stop-color="#3f6ea8"/><stop offset="1" stop-color="#e08e79"/></linearGradient>
</defs>
<rect width="960" height="960" fill="url(#wall)"/>
${drawing}</svg>`;
}

const shadow = (cx: number, cy: number, rx: number, ry = rx / 7) =>
  `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="url(#shade)"/>`;

const keys = Array.from({ length: 4 }, (_row, row) =>
  Array.from({ length: 12 }, (_column, column) => {
    const accent = row === 0 && column === 0 ? "#e76f51" : (row + column) % 7 === 3 ? "#8ecae6" : "#f4f1ea";
    return `<rect x="${176 + column * 51}" y="${400 + row * 51}" width="43" height="43" rx="8" fill="${accent}"/>`;
  }).join(""),
).join("");

const stitch = 'fill="none" stroke="#e9b872" stroke-width="3" stroke-dasharray="9 7"';

/**
 * The pictures of the demo products as SVG, by the products' slugs. Drawn for this project and under its licence (MIT).
 */
export const drawings: Readonly<Record<string, string>> = {
  "laptop-pro-15": scene(
    "#f5f2ec",
    "#cfd6de",
    `${shadow(480, 690, 420)}
<rect x="210" y="240" width="540" height="370" rx="22" fill="#2b2f38"/><rect x="228" y="258" width="504" height="326" rx="8" fill="url(#screen)"/>
<circle cx="620" cy="360" r="46" fill="#ffd9a0"/><path d="M228 520 370 400 470 480 590 380 732 500V584H228Z" fill="#1b2a45" opacity=".75"/>
<path d="M150 610H810L850 676Q852 690 836 690H124Q108 690 110 676Z" fill="url(#metal)"/><path d="M400 610H560L568 628H392Z" fill="#8a93a1"/>`,
  ),
  "wireless-mouse": scene(
    "#eef3ef",
    "#c3d1ca",
    `${shadow(480, 760, 260)}
<rect x="330" y="220" width="300" height="530" rx="150" fill="#3c4454"/><path d="M330 400V370A150 150 0 0 1 630 370V400Z" fill="#4b5567"/>
<path d="M480 220V400" stroke="#2b313d" stroke-width="6"/><rect x="462" y="285" width="36" height="86" rx="18" fill="#e76f51"/>
<path d="M372 470Q360 600 420 690" fill="none" stroke="#5b6679" stroke-width="10" stroke-linecap="round"/>`,
  ),
  "mechanical-keyboard": scene(
    "#f3eef5",
    "#cbbfd4",
    `${shadow(480, 690, 430)}
<path d="M480 372V250Q480 190 560 190H700" fill="none" stroke="#3a3f4c" stroke-width="12" stroke-linecap="round"/>
<rect x="140" y="366" width="680" height="310" rx="30" fill="#2f3440"/>${keys}
<rect x="330" y="608" width="300" height="43" rx="8" fill="#f4f1ea"/><rect x="176" y="608" width="145" height="43" rx="8" fill="#8ecae6"/><rect x="639" y="608" width="145" height="43" rx="8" fill="#8ecae6"/>`,
  ),
  "usb-c-hub": scene(
    "#eef2f7",
    "#b9c7d8",
    `${shadow(500, 640, 380)}
<path d="M170 300Q90 470 250 500" fill="none" stroke="#3a3f4c" stroke-width="22" stroke-linecap="round"/><rect x="140" y="200" width="60" height="110" rx="14" fill="#59616f"/><rect x="152" y="160" width="36" height="48" rx="10" fill="url(#metal)"/>
<rect x="240" y="420" width="560" height="190" rx="36" fill="url(#metal)"/><rect x="240" y="512" width="560" height="98" rx="36" fill="#9099a7"/>
<rect x="300" y="540" width="96" height="34" rx="6" fill="#232833"/><rect x="426" y="540" width="80" height="34" rx="6" fill="#1d4e89"/><rect x="536" y="540" width="80" height="34" rx="6" fill="#1d4e89"/><rect x="646" y="543" width="60" height="28" rx="14" fill="#232833"/>
<circle cx="746" cy="470" r="9" fill="#2a9d8f"/>`,
  ),
  "monitor-27": scene(
    "#f7f1ea",
    "#d6c7b6",
    `${shadow(480, 800, 300)}
<rect x="440" y="600" width="80" height="170" fill="#8a93a1"/><rect x="320" y="764" width="320" height="30" rx="15" fill="url(#metal)"/>
<rect x="110" y="180" width="740" height="440" rx="20" fill="#23262e"/><rect x="126" y="196" width="708" height="400" rx="6" fill="url(#screen)"/>
<path d="M126 510 300 380 430 470 580 330 834 520V596H126Z" fill="#16233b" opacity=".8"/><circle cx="660" cy="300" r="48" fill="#ffe0b0"/>`,
  ),
  "blue-jeans": scene(
    "#f6efe6",
    "#dcc9b2",
    `${shadow(480, 850, 260)}
<path d="M330 130H630L690 840H530L482 380 434 840H274Z" fill="url(#denim)"/><path d="M330 130H630L635 186H325Z" fill="#3a5a8f"/>
<path d="M372 190Q380 260 330 280M588 190Q580 260 630 280M480 186V330" ${stitch}/><path d="M482 380 470 330M300 800H432M532 800H660" ${stitch}/>
<circle cx="480" cy="158" r="12" fill="#d9a35b"/><path d="M400 130V190M560 130V190" stroke="#2c4673" stroke-width="14"/>`,
  ),
  "denim-jacket": scene(
    "#edf1f4",
    "#bcc8d2",
    `${shadow(480, 850, 290)}
<path d="M360 170 240 220 130 640 236 680 300 470V830H660V470L724 680 830 640 720 220 600 170Q480 250 360 170Z" fill="url(#denim)"/>
<path d="M360 170Q400 320 480 340 560 320 600 170 540 150 480 150 420 150 360 170Z" fill="#35548a"/><path d="M480 340V830" stroke="#24406e" stroke-width="6"/>
<rect x="330" y="400" width="110" height="120" rx="8" fill="#3a5a8f"/><rect x="520" y="400" width="110" height="120" rx="8" fill="#3a5a8f"/>
<path d="M330 436H440M520 436H630M300 780H660M300 300 300 470M660 300 660 470" ${stitch}/>
${[400, 500, 600, 700, 790].map((y) => `<circle cx="496" cy="${y}" r="11" fill="#d9a35b"/>`).join("")}`,
  ),
  "summer-dress": scene(
    "#eaf4f4",
    "#a9cfd0",
    `${shadow(480, 860, 260)}
<path d="M390 130 420 130 440 230H520L540 130 570 130 590 400Q700 640 740 820 480 880 220 820 260 640 370 400Z" fill="#fff7e6"/>
<path d="M370 400H590L600 430H360Z" fill="#f4a261"/>
${[
  [420, 300],
  [520, 320],
  [420, 520],
  [540, 560],
  [330, 680],
  [470, 700],
  [620, 700],
  [390, 790],
  [560, 800],
]
  .map(
    ([x = 0, y = 0]) =>
      `<g fill="#f6bd60"><circle cx="${x}" cy="${y - 14}" r="11"/><circle cx="${x + 13}" cy="${y + 6}" r="11"/><circle cx="${x - 13}" cy="${y + 6}" r="11"/></g><circle cx="${x}" cy="${y}" r="8" fill="#e76f51"/>`,
  )
  .join("")}`,
  ),
  "running-shoes": scene(
    "#f2f4ee",
    "#c2ccb6",
    `${shadow(480, 720, 400)}
<path d="M120 640Q110 430 190 400L330 430Q420 300 520 330L640 470Q820 500 850 640Z" fill="#e05a47"/>
<path d="M330 430Q420 300 520 330L560 380 420 520Z" fill="#f2f2f2"/><path d="M120 640H850Q870 700 800 712H180Q110 712 120 640Z" fill="#ffffff"/><path d="M130 676H846Q840 706 800 712H180Q130 712 130 676Z" fill="#3d405b"/>
<path d="M420 440 520 380M450 480 560 410M490 510 600 450" stroke="#3d405b" stroke-width="12" stroke-linecap="round"/>
<path d="M210 620Q420 600 640 500" fill="none" stroke="#fff" stroke-width="26" stroke-linecap="round"/>`,
  ),
};
