export declare function countLaunch(program: string): void;
